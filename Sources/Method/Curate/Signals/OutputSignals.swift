/// The signals that the text of an output alone gives.
enum OutputSignals {
    static func values(_ output: String) -> [Signal: Double] {
        var found: [Signal: Double] = [
            .backwardOpening: BackwardOpening.value(output), .danglingReferences: DanglingReferences.value(output),
            .listShare: LineShares.lists(output), .linkShare: LineShares.links(output), .shortLineShare: LineShares.short(output),
            .figureShare: FigureShare.value(output), .unfinishedEnd: UnfinishedEnd.value(output),
            .personalVoice: PersonalVoice.value(output), .callsToAct: CallsToAct.value(output),
        ]
        found[.standsAlone] = StandsAlone.value(found)
        return found
    }
}
