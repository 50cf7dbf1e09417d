import Foundation

extension ModelFolder {
    /// What is known of a model beside its weights and its words, and goes to the models that are made from it.
    public struct Card: Sendable {
        public var notes: ModelNotes
        /// How it is sampled, and which tokens end an answer.
        public var generation: GenerationConfiguration
        /// The files of its licence, by name.
        public var licenceFiles: [String: Data]

        init(notes: ModelNotes, generation: GenerationConfiguration, licenceFiles: [String: Data]) {
            self.notes = notes
            self.generation = generation
            self.licenceFiles = licenceFiles
        }

        /// The card of a model made from nothing.
        public init(notes: ModelNotes, configuration: TransformerConfiguration) {
            self.notes = notes
            generation = GenerationConfiguration(
                beginTokenID: configuration.beginTokenID, endTokenIDs: configuration.endTokenIDs, padTokenID: configuration.padTokenID)
            licenceFiles = [:]
        }

        /// Writes humpback.json, generation_config.json and the licence into a folder.
        public func write(to folder: URL) throws {
            try notes.write(to: folder)
            try generation.json().write(to: folder.appending(path: ModelFolder.generationName))
            for (name, content) in licenceFiles { try content.write(to: folder.appending(path: name)) }
        }
    }

    /// The card of a model made from this one: its notes, this one's licence, and every token that ends an answer of this one.
    public func card(of notes: ModelNotes) -> Card {
        var notes = notes
        if notes.licence == nil { notes.licence = licence }
        var generation = generation
        generation.endTokenIDs = endTokenIDs
        if generation.beginTokenID == nil { generation.beginTokenID = configuration.beginTokenID }
        if generation.padTokenID == nil { generation.padTokenID = configuration.padTokenID }
        return Card(notes: notes, generation: generation, licenceFiles: licenceFiles)
    }
}
