import Finetune
import Foundation
import Ground
import Records

/// The pairs that people wrote: those a loop trains on, and those it compares its models on.
struct LoopSeeds: Sendable {
    let training: [Seed]
    let heldOut: [Seed]

    /// Reads the files.
    ///
    /// - Parameters:
    ///   - heldOut: a file of pairs, or a number of seeds to keep back; nil takes a tenth of the seeds, chosen by hash, and at most 200.
    ///   - fields: what the files call instruction and output.
    ///   - limit: seeds used, chosen by hash; nil uses all.
    init(files: [String], heldOut: String?, fields: FieldNames = FieldNames(), limit: Int? = nil, note: (String) -> Void) throws {
        var all = try FinetuneInput(seedFiles: files, heldOut: nil, curatedFiles: [], fields: fields, wantsCurated: false)
        note(all.account(allTurns: true))
        if let limit { all.keepSeeds(limit) }
        let number = min(200, max(1, all.seeds.count / 10))
        try all.holdOut(heldOut ?? String(number))
        if all.heldOut.isEmpty { throw FinetuneError.noHeldOut(heldOut ?? "", refused: []) }
        if let warning = all.overlapWarning { note(warning) }
        (training, self.heldOut) = (all.seeds, all.heldOut)
    }

    /// Changes with any word of the seeds.
    var trainingFingerprint: String { Self.fingerprint(training) }
    var heldOutFingerprint: String { Self.fingerprint(heldOut) }

    private static func fingerprint(_ seeds: [Seed]) -> String {
        RecordID.make(seeds.map { JSONValue.object($0.object).serialized })
    }
}
