import Foundation
import Tensors
import TestSupport
import Testing
import Transformer

@Suite struct SafetensorsFileTests {
    /// A file with this header and this much data; `claimed` is the length the header is said to have.
    private func open(_ header: String, data: Int, claimed: UInt64? = nil) async throws -> SafetensorsFile {
        try await withTemporaryDirectory { folder in
            let place = folder.appending(path: "model.safetensors")
            var bytes = Data()
            withUnsafeBytes(of: (claimed ?? UInt64(header.utf8.count)).littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: header.utf8)
            bytes.append(Data(count: data))
            try bytes.write(to: place)
            return try SafetensorsFile(url: place)
        }
    }

    @Test("lists the tensors in the order of their bytes, with the metadata")
    func reads() async throws {
        let file = try await open(
            """
            {"b":{"dtype":"F32","shape":[2,3],"data_offsets":[4,28]},"__metadata__":{"format":"pt"},
             "a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"scalar":{"dtype":"I64","shape":[],"data_offsets":[28,36]}}
            """, data: 36)
        #expect(file.entries.map(\.name) == ["a", "b", "scalar"])
        #expect(file.entry("b")?.shape == [2, 3])
        #expect(file.metadata == ["format": "pt"])
    }

    @Test(
        "refuses a header that lies",
        arguments: [
            ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 4, "claims the bytes"),
            ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 12, "belong to none"),
            ("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 8, "needs 12 bytes"),
            ("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", 8, "shape"),
            ("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}", 0, "shape"),
            ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 8, "claims the bytes"),
            ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}", 8, "claims the bytes"),
            ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}", 8, "claims the bytes"),
            ("{\"a\":{\"dtype\":\"Q4\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "dtype"),
            ("{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8, "dtype"),
            ("{\"a\":{\"dtype\":\"F32\",\"shape\":\"two\",\"data_offsets\":[0,8]}}", 8, "shape"),
            ("{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}}", 8, "header"),
            (
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],"
                    + "\"data_offsets\":[4,12]}}", 12, "overlaps"
            ),
            (
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],"
                    + "\"data_offsets\":[8,12]}}", 12, "gap"
            ), ("[1,2]", 0, "header"), ("{\"a\":", 0, "header"), ("{\"a\":{\"note\":\"none\"}}", 0, "dtype"),
        ])
    func lies(header: String, data: Int, said: String) async throws {
        let error = try await #require(throws: ModelError.self) { try await open(header, data: data) }
        #expect(error.description.contains(said), "\(error.description)")
        #expect(error.description.contains("model.safetensors"))
    }

    @Test("refuses a file that ends within its header, or claims one without end")
    func lengths() async throws {
        await #expect(throws: ModelError.self) { try await open("{}", data: 0, claimed: 3) }
        // 8 EB, more than the numbers of a signed word, and sums that would wrap around.
        for claimed: UInt64 in [1 << 40, 1 << 63 - 8, 1 << 63, .max - 7, .max] {
            await #expect(throws: ModelError.self) { try await open("{}", data: 0, claimed: claimed) }
        }
        try await withTemporaryDirectory { folder in
            let place = folder.appending(path: "short.safetensors")
            try Data([1, 2, 3]).write(to: place)
            #expect(throws: ModelError.self) { try SafetensorsFile(url: place) }
            #expect(throws: ModelError.self) { try SafetensorsFile(url: folder.appending(path: "none.safetensors")) }
        }
    }

    @Test("refuses to read weights as another shape or from a dtype that holds none", arguments: ["I8", "F8_E4M3", "U8", "I64"])
    func wrongTypes(dtype: String) async throws {
        let width = dtype == "I64" ? 8 : 1
        let file = try await open("{\"a\":{\"dtype\":\"\(dtype)\",\"shape\":[2,2],\"data_offsets\":[0,\(4 * width)]}}", data: 4 * width)
        let type = try #require(throws: ModelError.self) { let _: Tensor<Float> = try file.tensor("a", shape: [2, 2]) }
        #expect(type.description.contains("the dtype of a is \(dtype)") && type.description.contains("BF16"))
        let shape = try #require(throws: ModelError.self) { let _: Tensor<Float> = try file.tensor("a", shape: [4]) }
        #expect(shape.description.contains("[2, 2]"))
    }

    @Test("every truncation of a real file is refused")
    func truncations() async throws {
        let whole = try Data(contentsOf: Golden.all[0].folder.appending(path: "model.safetensors"))
        try await withTemporaryDirectory { folder in
            for length in [0, 7, 8, 9, 100, whole.count / 2, whole.count - 1] {
                let place = folder.appending(path: "\(length).safetensors")
                try whole.prefix(length).write(to: place)
                #expect(throws: ModelError.self, "\(length) bytes") { try SafetensorsFile(url: place) }
            }
        }
    }
}
