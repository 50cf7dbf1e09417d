// swift-tools-version: 6.1
import PackageDescription

// Humpback depends on the Swift toolchain and on C libraries that Debian ships, each for one reason:
//   OpenBLAS    matrix products where no kernel of ours fits the processor, and the Double oracle
//   libxml2     a streaming reader of XML dumps of any size, and the oracle that our own HTML parser is tested against
//   zlib        gzip, as WARC files and .jsonl.gz use it: whatever comes in pieces, is cut off or damaged
//   libdeflate  the same for whole members of web archives, twice as fast
//   libzstd     Zstandard, as .warc.zst and dumps use it
//   CLD2        languages of text, some eighty, where `--language-detector cld2` asks for it
//   libcurl     HTTP and TLS for models of servers: Foundation's client on Linux, itself on libcurl, crashes on redirects that are refused and
//               on an announced length of 2^63, and takes half a core while it waits
// There is no third-party Swift package, by the user's wish.

// One build serves the tool and its tests: `-enable-testing` lets the tests, which run in release, look inside the rooms.
let swift: [SwiftSetting] = [.swiftLanguageMode(.v6), .unsafeFlags(["-enable-testing"], .when(configuration: .release))]
let kernels: [CSetting] = [.unsafeFlags(["-O3", "-ffp-contract=off", "-fno-math-errno", "-std=c11"])]

func room(_ name: String, in place: String? = nil, needs: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: needs, path: "Sources/\(place.map { "\($0)/" } ?? "")\(name)", swiftSettings: swift)
}

/// `goldens` tells that the folder Goldens lies beside the tests, which read it from where it lies.
func tests(_ name: String, in place: String? = nil, goldens: Bool = false, needs: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.target(name: name), "TestSupport"] + needs,
        path: "Tests/\(place.map { "\($0)/" } ?? "")\(name)Tests", exclude: goldens ? ["Goldens"] : [], swiftSettings: swift)
}

let package = Package(
    name: "humpback",
    products: [
        .executable(name: "humpback", targets: ["humpback"]),
        // Preloaded into the tool by tests that kill it after every rename and removal.
        .library(name: "killhook", type: .dynamic, targets: ["KillHook"]),
    ],
    targets: [
        // The tool
        .executableTarget(
            name: "humpback",
            dependencies: [
                "Rounds", "Ingest", "Augment", "Curate", "Finetune", "Evaluate", "Reports", "Inference", "Endpoint", "Formats",
                "Containers",
                "Tokenization", "Transformer", "Training", "LanguageModels", "Stages", "Records", "Ground",
            ],
            path: "Sources/humpback", swiftSettings: swift),

        // The method, in the order of the papers
        room("Ingest", in: "Method", needs: ["Stages", "Records", "Ground", "CKernels", "CXML", "CZstd", "CDeflate", "CLanguages"]),
        room("Augment", in: "Method", needs: ["Stages", "Records", "LanguageModels", "Ground"]),
        room("Curate", in: "Method", needs: ["Stages", "Records", "LanguageModels", "Ground"]),
        room(
            "Finetune", in: "Method",
            needs: ["Stages", "Records", "LanguageModels", "Tokenization", "Transformer", "Training", "Tensors", "Ground"]),
        room("Evaluate", in: "Method", needs: ["Stages", "Records", "LanguageModels", "Ground"]),
        room("Reports", in: "Method", needs: ["Stages", "Records", "LanguageModels", "Ground"]),
        room(
            "Rounds", in: "Method",
            needs: [
                "Ingest", "Augment", "Curate", "Finetune", "Evaluate", "Stages", "Records", "LanguageModels", "Training", "Ground",
            ]),

        // The model
        room("Containers", in: "Model", needs: []),
        room("Jinja", in: "Model", needs: ["Ground"]),
        room("Tokenization", in: "Model", needs: ["Containers", "Jinja", "Ground"]),
        room("Transformer", in: "Model", needs: ["Containers", "Tensors", "Ground"]),
        room("Formats", in: "Model", needs: ["Containers", "Tokenization", "Transformer", "Tensors", "Ground"]),
        room("Inference", in: "Model", needs: ["LanguageModels", "Records", "Tokenization", "Transformer", "Tensors", "Ground"]),
        room("Training", in: "Model", needs: ["Transformer", "Tensors", "Ground"]),
        room("Endpoint", in: "Model", needs: ["LanguageModels", "Records", "CHTTP", "Ground"]),

        // Numbers
        room("Tensors", in: "Numerics", needs: ["CKernels", "COpenBLAS"]),
        .target(name: "CKernels", path: "Sources/Numerics/CKernels", cSettings: kernels),

        // What everybody agrees on
        room("LanguageModels", in: "Contracts", needs: ["Records", "Ground"]),
        room("Stages", in: "Contracts", needs: ["Records", "Ground"]),
        room("Records", in: "Contracts", needs: ["Ground"]),

        // What everybody stands on: JSON, hashing, random numbers, files, text
        room("Ground", needs: ["CZlib"]),

        // System libraries
        .systemLibrary(name: "COpenBLAS", path: "Sources/System/COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CLibXML2", path: "Sources/System/CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CZlib", path: "Sources/System/CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CDeflate", path: "Sources/System/CDeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CZstd", path: "Sources/System/CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CCLD2", path: "Sources/System/CCLD2", providers: [.apt(["libcld2-dev"])]),
        .systemLibrary(name: "CCurl", path: "Sources/System/CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CXML", dependencies: ["CLibXML2"], path: "Sources/System/CXML"),
        .target(
            name: "CLanguages", dependencies: ["CCLD2"], path: "Sources/System/CLanguages", linkerSettings: [.linkedLibrary("cld2")]),
        .target(name: "CHTTP", dependencies: ["CCurl"], path: "Sources/System/CHTTP"),

        // Tests
        .target(
            name: "TestSupport", dependencies: ["LanguageModels", "Tokenization", "Transformer"], path: "Tests/Support",
            swiftSettings: swift),
        .target(name: "KillHook", path: "Tests/KillHook"),
        .target(name: "HTMLOracle", dependencies: ["CLibXML2"], path: "Tests/HTMLOracle"),
        tests("Ground"), tests("Records", in: "Contracts"), tests("Stages", in: "Contracts"), tests("LanguageModels", in: "Contracts"),
        tests("Tensors", in: "Numerics", goldens: true),
        tests("Containers", in: "Model"),
        tests("Tokenization", in: "Model", goldens: true), tests("Transformer", in: "Model", goldens: true, needs: ["Containers"]),
        tests("Formats", in: "Model", needs: ["Containers", "Transformer", "Tensors"]),
        tests("Inference", in: "Model", needs: ["Formats"]),
        tests("Training", in: "Model", goldens: true), tests("Endpoint", in: "Model"),
        tests("Ingest", in: "Method", goldens: true, needs: ["HTMLOracle", "CZstd"]),
        tests("Augment", in: "Method"), tests("Curate", in: "Method"),
        tests("Finetune", in: "Method"), tests("Evaluate", in: "Method", goldens: true), tests("Reports", in: "Method"),
        tests("Rounds", in: "Method"),
        .testTarget(name: "HumpbackTests", dependencies: ["humpback", "TestSupport"], path: "Tests/HumpbackTests", swiftSettings: swift),
    ]
)
