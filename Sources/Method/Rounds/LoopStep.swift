import Finetune
import Ground

/// One step of a loop: what it makes, from what, and how.
struct LoopStep: Sendable {
    let name: String
    /// The file or folder in the loop's folder that it makes.
    let output: String
    /// The steps whose outputs it reads.
    let needs: [String]
    /// Everything else that decides what it makes, by names that a person understands; files and models by a hash of what they hold.
    let settings: JSONObject
    /// What kind of work it is, to tell what it will take.
    let kind: StepKind
    let work: @Sendable () async throws -> Void
}

/// What a step does, as far as its cost goes.
enum StepKind: Sendable {
    /// Pages of so many bytes are read.
    case reading(bytes: Int)
    /// A training; `further` tells what it learns from beside the seeds.
    case training(FinetunePlan, JudgePrompt = .trained, further: FurtherRows = .none)
    /// Texts are written, about so many tokens each; nil for a text a passage.
    case writing(records: Int?, tokens: Int)
    /// Of each pair the text is read so many times, and the request alone so many.
    case rating(long: Int, short: Int)
    case measuring(pairs: Int)
    /// Records are sorted; it takes no time to speak of.
    case sorting

    /// Rows of a training that are not there yet.
    enum FurtherRows: Sendable { case none, selected, preferences }
}

/// How things stand with a step.
enum StepState: Sendable, Equatable {
    case done
    /// Begun with the same inputs and options; it goes on where it stood.
    case begun
    /// Not done, with the reason: never done, or what has changed.
    case open(String)
}

/// What has changed between two sets of declared values, for a person: "seeds changed, learningRate was null and is 0.001".
struct SettingChanges: Sendable, Equatable {
    let changes: [String]

    init(from old: JSONObject, to new: JSONObject) {
        let (before, now) = (Self.flat(old), Self.flat(new))
        var found: [String] = []
        for (name, value) in before {
            let other = now.first { $0.name == name }?.value
            if other != value { found.append(Self.said(name, value, other)) }
        }
        found += now.filter { entry in !before.contains { $0.name == entry.name } }.map { Self.said($0.name, nil, $0.value) }
        changes = found
    }

    var isEmpty: Bool { changes.isEmpty }

    var text: String {
        let named = changes.prefix(4).joined(separator: ", ")
        return changes.count > 4 ? "\(named) and \(changes.count - 4) more" : named
    }

    private static func said(_ name: String, _ old: String?, _ new: String?) -> String {
        // A hash tells a person nothing.
        let isHash = [old, new].compactMap(\.self).contains { $0.count > 14 && $0.allSatisfy { $0.isHexDigit || $0 == "\"" } }
        if isHash { return old == nil ? "\(name) is new" : new == nil ? "\(name) is no more" : "\(name) changed" }
        return "\(name) was \(old ?? "not given") and is \(new ?? "not given")"
    }

    /// The values by their paths; an object's fields are told apart, so that the one that changed is named.
    private static func flat(_ object: JSONObject, under prefix: String = "") -> [(name: String, value: String)] {
        object.fields.flatMap { key, value -> [(name: String, value: String)] in
            if let inner = value.object, !inner.fields.isEmpty { return flat(inner, under: prefix + key + ".") }
            return [(prefix + key, value == .null ? "not given" : value.serialized)]
        }
    }
}
