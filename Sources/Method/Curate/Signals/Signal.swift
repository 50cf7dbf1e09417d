/// What is measured of a pair beside its score: by likelihoods of a model, or of the output's text alone.
///
/// Each stands under its name in the record's `signals`; which way is up says `isBetterHigh`. That a signal is measured does not mean that
/// it tells good pairs from bad ones: on held-out seeds that is found out for those in `SignalCombination`.
public enum Signal: String, Sendable, CaseIterable {
    /// How much likelier the output makes the instruction, in nats, by the backward model (`BackwardGain`).
    case backwardGain = "backward_gain"
    /// How much likelier the instruction makes the output, in nats, by the forward model (`ForwardGain`).
    case forwardGain = "forward_gain"
    /// The mean of the two.
    case meanGain = "mean_gain"
    /// Nats a token of the instruction behind the output, by the backward model: what it was unsure of while it wrote is where it slips.
    case instructionLoss = "instruction_loss"
    /// The gains a word of the instruction: a gain in nats grows with it, so that a long wrong instruction has more than a short right one.
    case backwardGainAWord = "backward_gain_a_word"
    case forwardGainAWord = "forward_gain_a_word"
    /// Nats a token of the output behind its instruction, by the forward model.
    case forwardLoss = "forward_loss"
    /// The same by the base model: the logarithm of its perplexity.
    case baseLoss = "base_loss"
    /// Nats a token of the output behind an empty instruction, by the base model.
    case aloneLoss = "alone_loss"
    /// `base_loss` over `alone_loss` (`InstructionFollowingDifficulty`).
    case difficulty = "ifd"
    /// Nats a token of the output as plain text, by the backward model.
    case textLoss = "text_loss"
    /// Likeness to the seed that is most like the pair (`SeedNearness`).
    case nearness
    /// The judge's expected score.
    case judge
    /// Tokens of the output.
    case length
    /// From 0 to 1: how far the output can be read without the page around it (`StandsAlone`).
    case standsAlone = "stands_alone"
    case backwardOpening = "backward_opening"
    case danglingReferences = "dangling_references"
    case listShare = "list_share"
    case linkShare = "link_share"
    case shortLineShare = "short_line_share"
    case figureShare = "figure_share"
    case unfinishedEnd = "unfinished_end"
    case personalVoice = "personal_voice"
    case callsToAct = "calls_to_act"

    /// Whether more of it is held to be better, as the papers have it; `combined` finds that out for itself.
    public var isBetterHigh: Bool {
        switch self {
        case .backwardGain, .forwardGain, .meanGain, .backwardGainAWord, .forwardGainAWord, .difficulty, .nearness, .judge, .length,
            .standsAlone:
            true
        case .instructionLoss, .forwardLoss, .baseLoss, .aloneLoss, .textLoss, .backwardOpening, .danglingReferences, .listShare,
            .linkShare,
            .shortLineShare, .figureShare, .unfinishedEnd, .personalVoice, .callsToAct:
            false
        }
    }

    /// What must be at hand to measure it.
    public var needs: Set<SignalNeed> {
        switch self {
        case .backwardGain, .backwardGainAWord, .instructionLoss, .textLoss: [.backward]
        case .forwardGain, .forwardGainAWord, .forwardLoss: [.forward]
        case .meanGain: [.backward, .forward]
        case .baseLoss, .aloneLoss, .difficulty: [.base]
        case .nearness: [.base, .seeds]
        case .judge: [.judge]
        case .length, .standsAlone, .backwardOpening, .danglingReferences, .listShare, .linkShare, .shortLineShare, .figureShare,
            .unfinishedEnd, .personalVoice, .callsToAct:
            []
        }
    }

    /// Those that the backward model and the text alone give: what `SignalCombination` is fitted over.
    ///
    /// The length is not among them: texts that were cut short to stand for bad ones would teach that longer is better.
    public static let ofBackwardAlone: [Signal] = [
        .backwardGain, .backwardGainAWord, .instructionLoss, .textLoss, .backwardOpening, .danglingReferences, .listShare, .linkShare,
        .shortLineShare, .figureShare,
        .unfinishedEnd, .personalVoice, .callsToAct,
    ]

    /// Those that a forward model adds where `finetune --forward` names one.
    public static let ofForwardAlone: [Signal] = [.forwardGain, .forwardGainAWord, .forwardLoss]
}

/// What a signal is measured with.
public enum SignalNeed: Sendable, Hashable { case backward, forward, base, seeds, judge }
