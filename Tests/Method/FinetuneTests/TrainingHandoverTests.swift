import Foundation
import Testing
import Training
import Transformer

@testable import Finetune

struct TrainingHandoverTests {
    private static func settings(_ configuration: TransformerConfiguration? = nil) -> HandoverSettings {
        let shape =
            configuration
            ?? TransformerConfiguration(
                vocabularySize: 64, hiddenSize: 16, intermediateSize: 32, layerCount: 1, headCount: 2, keyValueHeadCount: 2,
                contextLength: 64)
        let options = FinetunePlanTests.plan().options(rows: 100, parameters: 7_000_000_000, microBatchTokens: 1024)
        return HandoverSettings(
            base: "/models/o'clock", configuration: shape, options: options, adapters: nil, rows: 100, heldOutRows: 4, longest: 60,
            padTokenID: 0, schedule: .linear)
    }

    @Test("a token without a loss has the label -100, and labels stand where their tokens stand")
    func line() {
        let example = TrainingExample(tokens: [5, 6, 7], isTarget: [false, true, true])
        #expect(
            TrainingHandover.line(example) == #"{"input_ids": [5, 6, 7], "attention_mask": [1, 1, 1], "labels": [-100, 6, 7]}"#)
    }

    @Test("every trainer is told the steps, the rate and the floor of finetune, and the shell is told the base as one word")
    func numbers() throws {
        var settings = Self.settings()
        settings.configuration.tiesEmbeddings = false
        for trainer in OtherTrainer.allCases {
            let files = try trainer.files(settings)
            let configuration = files.filter { $0.key.hasSuffix(".yaml") }.values.joined()
            if trainer != .trl { #expect(configuration.contains(": 1.0e-05"), "\(configuration)") }
            if [.axolotl, .llamaFactory].contains(trainer) {
                #expect(configuration.contains("max_steps: 13") && configuration.contains("\"lr_end\": 9.0e-06"), "\(configuration)")
            }
            let script = try #require(files["train.sh"])
            #expect(script.contains(#"base=${1:-'/models/o'\''clock'}"#) && files["finish.py"] != nil && files["README.md"] != nil)
        }
        #expect(settings.json["learning_rate"]?.double == 1e-5 && settings.json["final_rate"]?.double == 0.9)
    }

    @Test("train.sh deals a batch out to the GPUs in whole passes, and says so where it cannot")
    func shares() throws {
        let script = HandoverScripts.opening(Self.settings(), name: "x") + "\necho $rows $accumulate"
        func said(_ gpus: String, rows: String? = nil) throws -> (String, Int32) {
            let process = Process(), output = Pipe()
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = ["-c", script, "train.sh", "base", "out", gpus]
            process.environment = rows.map { ["ROWS": $0] } ?? [:]
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
            return (text.trimmingCharacters(in: .whitespacesAndNewlines), process.terminationStatus)
        }
        #expect(try said("1") == ("8 1", 0))
        #expect(try said("2") == ("4 1", 0))
        #expect(try said("2", rows: "3") == ("2 2", 0))
        #expect(try said("3").1 == 2)
        #expect(try said("16").1 == 2)
    }

    @Test("torchtune's families are spelled out, and others refused by name")
    func families() throws {
        var settings = Self.settings()
        #expect { try OtherTrainer.torchtune.files(settings) } throws: { "\($0)".contains("whose head is its embedding") }
        settings.configuration.ropeScaling = .llama3(
            factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalContextLength: 8192)
        settings.adapters = AdapterSettings(rank: 4)
        let text = try #require(try OtherTrainer.torchtune.files(settings)["torchtune.yaml"])
        #expect(text.contains("llama3_2._component_builders.lora_llama3_2") && text.contains("scale_factor: 32"))
        #expect(text.contains("lora_attn_modules: [q_proj, k_proj, v_proj, output_proj]"))
        settings.configuration.architecture = .gemma2
        #expect { try OtherTrainer.torchtune.files(settings) } throws: { "\($0)".contains("gemma2") || "\($0)".contains("Gemma2") }
    }
}
