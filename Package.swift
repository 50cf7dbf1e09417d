// swift-tools-version: 6.1
import PackageDescription

// Humpback depends on the Swift toolchain and on C libraries that Debian ships, each for one reason:
//   OpenBLAS  matrix products where no kernel of ours fits the processor, and the Double oracle
//   libxml2   a streaming reader of XML dumps of any size, and the oracle that our own HTML parser is tested against
//   zlib      gzip, as WARC files and .jsonl.gz use it
//   libcurl   HTTP and TLS for models of servers: Foundation's client on Linux, itself on libcurl, crashes on redirects that are refused and
//             on an announced length of 2^63, and takes half a core while it waits
// There is no third-party Swift package, by the user's wish.

// One build serves the tool and its tests: `-enable-testing` lets the tests, which run in release, look inside the rooms.
let swift: [SwiftSetting] = [.swiftLanguageMode(.v6), .unsafeFlags(["-enable-testing"], .when(configuration: .release))]
let kernels: [CSetting] = [.unsafeFlags(["-O3", "-ffp-contract=off", "-fno-math-errno", "-std=c11"])]

func room(_ name: String, in place: String, needs: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: needs, path: "Sources/\(place)/\(name)", exclude: readme(place, name), swiftSettings: swift)
}

func readme(_ place: String, _ name: String) -> [String] { [] }

/// `goldens` tells that the folder Goldens lies beside the tests, which read it from where it lies.
func tests(_ name: String, in place: String, goldens: Bool = false, needs: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.target(name: name), "TestSupport"] + needs,
        path: place.isEmpty ? "Tests/\(name)Tests" : "Tests/\(place)/\(name)Tests", exclude: goldens ? ["Goldens"] : [],
        swiftSettings: swift)
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
                "Rounds", "Ingest", "Augment", "Curate", "Finetune", "Evaluate", "Inference", "Endpoint", "Containers", "Tokenization",
                "Transformer", "Training", "LanguageModels", "Records",
            ],
            path: "Sources/humpback", swiftSettings: swift),

        // The method, in the order of the papers
        room("Ingest", in: "Method", needs: ["Records", "CKernels", "CXML", "CZlib"]),
        room("Augment", in: "Method", needs: ["Records", "LanguageModels"]),
        room("Curate", in: "Method", needs: ["Records", "LanguageModels"]),
        room("Finetune", in: "Method", needs: ["LanguageModels", "Records", "Tokenization", "Transformer", "Training"]),
        room("Evaluate", in: "Method", needs: ["Records", "LanguageModels"]),
        room("Rounds", in: "Method", needs: ["Ingest", "Augment", "Curate", "Finetune", "Evaluate"]),

        // The model
        room("Containers", in: "Model", needs: []),
        room("Tokenization", in: "Model", needs: ["Containers"]),
        room("Transformer", in: "Model", needs: ["Containers", "Tensors"]),
        room("Inference", in: "Model", needs: ["LanguageModels", "Tokenization", "Transformer", "Tensors"]),
        room("Training", in: "Model", needs: ["Transformer", "Tensors"]),
        room("Endpoint", in: "Model", needs: ["LanguageModels", "CHTTP"]),

        // Numbers
        room("Tensors", in: "Numerics", needs: ["CKernels", "COpenBLAS"]),
        .target(name: "CKernels", path: "Sources/Numerics/CKernels", cSettings: kernels),

        // What everybody agrees on
        room("LanguageModels", in: "Contracts", needs: ["Records"]),
        room("Records", in: "Contracts", needs: ["CZlib"]),

        // System libraries
        .systemLibrary(name: "COpenBLAS", path: "Sources/System/COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CLibXML2", path: "Sources/System/CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CZlib", path: "Sources/System/CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CCurl", path: "Sources/System/CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CXML", dependencies: ["CLibXML2"], path: "Sources/System/CXML"),
        .target(name: "CHTTP", dependencies: ["CCurl"], path: "Sources/System/CHTTP"),

        // Tests
        .target(name: "TestSupport", dependencies: ["LanguageModels"], path: "Tests/Support", swiftSettings: swift),
        .target(name: "KillHook", path: "Tests/KillHook"),
        .target(name: "HTMLOracle", dependencies: ["CLibXML2"], path: "Tests/HTMLOracle"),
        tests("Records", in: "Contracts"), tests("LanguageModels", in: "Contracts"),
        tests("Tensors", in: "Numerics", goldens: true),
        tests("Containers", in: "Model"),
        tests("Tokenization", in: "Model", goldens: true), tests("Transformer", in: "Model", goldens: true, needs: ["Containers"]),
        tests("Inference", in: "Model"),
        tests("Training", in: "Model", goldens: true), tests("Endpoint", in: "Model"),
        tests("Ingest", in: "Method", goldens: true, needs: ["HTMLOracle"]), tests("Augment", in: "Method"), tests("Curate", in: "Method"),
        tests("Finetune", in: "Method"), tests("Evaluate", in: "Method"), tests("Rounds", in: "Method"),
        .testTarget(name: "HumpbackTests", dependencies: ["humpback", "TestSupport"], path: "Tests/HumpbackTests", swiftSettings: swift),
    ]
)
