/// The wordings that `PhraseGuard` looks for, in English, Spanish, French, German and Chinese.
///
/// A phrase is in small letters and holds whole words. It stands here only where it says so in every sentence that it begins
/// ("Please provide a recipe" is a good instruction, and "日本文化" holds "本文"). To add a language, add its lines.
enum GuardPhrases {
    struct Phrase: Sendable {
        let text: String
        let words: [Substring]

        init(_ text: String) {
            self.text = text
            words = WrittenInstruction.words(text)
        }
    }

    static let refusals = phrases(
        """
        i'm sorry but|i am sorry but|i'm sorry for|i am sorry for|sorry but i|i'm sorry i can|i am sorry i can|i apologize but|i apologise but|unfortunately i
        as an ai|as a language model|as a large language model|as a text-based ai|i'm an ai|i am an ai|i'm just an ai|i'm a language model
        i cannot provide|i cannot answer|i cannot help|i cannot assist|i cannot access|i cannot fulfill|i cannot generate|i cannot create
        i can't provide|i can't answer|i can't help|i can't assist|i can't access|i can't fulfill|i can't generate|i can't create
        i'm unable to|i am unable to|i'm not able to|i am not able to|i don't have access|i do not have access|i don't have enough information
        please provide the text|please provide me with the text|please provide more|please share the text|no text was|no text is
        i'd be happy to|i'll be happy to|i would be happy to|i'm ready to help|i'm here to help
        lo siento pero|lo siento no|no puedo proporcionar|no puedo responder|no puedo ayudar|no puedo acceder|como modelo de lenguaje
        como una ia|como inteligencia artificial|soy una ia|por favor proporciona el texto|por favor proporcione el texto|estaré encantado de
        je suis désolé mais|je suis désolé je|désolé mais|désolé je|je ne peux pas fournir|je ne peux pas répondre|je ne peux pas vous aider
        je ne peux pas accéder|en tant qu'ia|en tant que modèle|en tant qu'intelligence artificielle|veuillez fournir le texte|je serais ravi de
        es tut mir leid aber|es tut mir leid ich|tut mir leid aber|tut mir leid ich|entschuldigung aber|ich kann leider|ich kann ihnen leider
        ich kann dir leider|als ki-modell|als ki kann|als sprachmodell|als künstliche intelligenz|bitte geben sie den text|bitte gib den text
        抱歉我|很抱歉我|对不起我|非常抱歉|作为一个人工智能|作为人工智能|作为一个ai|作为ai|作为一个语言模型|我无法提供|我无法回答|我无法访问|我不能提供
        """)

    static let answers = phrases(
        """
        here is|here are|here's|the text|this text|the passage|this passage|the paragraph|this paragraph|the excerpt|this excerpt
        the article|this article|the author|the document|this document|the given text|the above text|the provided text
        aquí está|aquí tienes|el texto|este texto|el pasaje|este pasaje|el párrafo|este párrafo|el artículo|este artículo|el autor
        voici la|voici le|voici une réponse|voici un résumé|le texte|ce texte|le passage|ce passage|le paragraphe|ce paragraphe
        l'article|cet article|l'auteur
        hier ist|hier sind|der text|dieser text|der abschnitt|dieser abschnitt|der artikel|dieser artikel|der autor|die passage|diese passage
        本文|这段文字|这篇文章|这段话|该文章|以下是
        """)

    static let pointers = phrases(
        """
        this text|this passage|this paragraph|this excerpt|this article|this document|this snippet
        according to the text|according to the passage|according to the paragraph|according to the article|according to the author
        according to the document|according to the excerpt|based on the text|based on the passage|based on the paragraph|based on the article
        based on the information|based on the document|based on the excerpt|in the passage|from the passage
        mentioned in the text|mentioned in the passage|mentioned in the article|described in the text|described in the article
        discussed in the text|discussed in the article|stated in the text
        the text above|the passage above|the paragraph above|the article above|the text below|the passage below
        the above text|the above passage|the above paragraph|the above article|the above information
        the given text|the given passage|the given paragraph|the given information|the provided text|the provided passage
        the provided information|the text provided|the passage provided|the information provided|the text say|the text mention
        the passage say|the passage mention|the passage about|the article say|the article mention|the author say|the author mention
        the following text|the following passage|the following paragraph|the following article|the following excerpt
        este texto|este pasaje|este párrafo|este artículo|este fragmento|según el texto|según el pasaje|según el párrafo|según el artículo
        según el autor|según la información|de acuerdo con el texto|de acuerdo al texto|mencionados en el texto|mencionadas en el texto
        el texto anterior|el pasaje anterior|el párrafo anterior|el texto siguiente|el siguiente texto|texto proporcionado
        ce texte|ce passage|ce paragraphe|cet article|cet extrait|selon le texte|selon le passage|selon l'article|selon l'auteur
        d'après le texte|d'après le passage|d'après l'article|d'après l'auteur|mentionnés dans le texte|mentionnées dans le texte
        le texte ci-dessus|le passage ci-dessus|le texte ci-dessous|le texte suivant|le texte fourni
        dieser text|diesem text|diesen text|dieses textes|dieser abschnitt|diesem abschnitt|diesen abschnitt|dieser artikel|diesem artikel
        diesen artikel|laut text|laut dem text|laut artikel|laut dem artikel|laut autor|laut dem autor|laut der passage|gemäß dem text
        obigen text|obiger text|obige text|folgenden text|folgender text|aus dem text|im text genannt|im text erwähnt|im text beschrieben
        根据文章|根据本文|根据上文|根据文本|根据短文|根据这段|根据上述|根据以上|根据原文|这段文字|这篇文章|这段话|上述文字|上面的文字|以上文字
        """)

    static let listPointers = phrases("the following|this list|the list above|the above list|the given list|the list below")

    private static func phrases(_ lines: String) -> [Phrase] {
        lines.split { "\n|".contains($0) }.map { Phrase(String($0)) }
    }
}
