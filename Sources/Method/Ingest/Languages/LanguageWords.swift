/// What ingest knows of a language beside its `StopWords`. To add one, add its words here and an entry to `all`.
struct LanguageWords: Sendable {
    /// Headings that lead somewhere else, in small letters: their sections are no text.
    var navigationHeadings: [String]
    /// Headings of what readers wrote, in small letters and without numbers.
    var commentsHeadings: [String]
    /// What headings say that promise questions with their answers, in small letters.
    var questionsHeadings: [String]

    static let all = [english, german, french, spanish]

    static let english = LanguageWords(
        navigationHeadings: lines(
            """
            navigation
            menu
            main menu
            navigation menu
            advertisement
            advertisements
            sponsored
            forum
            forums
            quick links
            quick link
            useful links
            links
            free newsletter
            newsletter
            subscribe
            subscribe to our newsletter
            sign up
            sign up for our newsletter
            follow us
            share this
            share this post
            share
            related posts
            related articles
            related
            recent posts
            recent comments
            latest posts
            latest news
            categories
            archives
            tags
            search
            login
            log in
            post navigation
            table of contents
            contents
            site map
            about us
            contact
            contact us
            privacy policy
            terms of use
            cookie policy
            you may also like
            more from
            popular posts
            see also
            external links
            references
            bibliography
            copyright
            """),
        commentsHeadings: lines(
            """
            comment
            comments
            all comments
            reader comments
            user comments
            comments closed
            leave a comment
            leave a reply
            add a comment
            post a comment
            join the conversation
            join the discussion
            thoughts
            """),
        questionsHeadings: lines(
            """
            faq
            faqs
            frequently asked questions
            common questions
            questions and answers
            questions answered
            qa
            popular questions
            """))

    static let german = LanguageWords(
        navigationHeadings: lines(
            """
            navigation
            menü
            hauptmenü
            hauptnavigation
            navigationsmenü
            werbung
            anzeige
            anzeigen
            forum
            foren
            schnellzugriff
            direkteinstieg
            links
            nützliche links
            newsletter
            kostenloser newsletter
            newsletter abonnieren
            newsletter anmelden
            folgen sie uns
            folge uns
            teilen
            beitrag teilen
            artikel teilen
            ähnliche beiträge
            ähnliche artikel
            verwandte beiträge
            weitere artikel
            weitere beiträge
            mehr zum thema
            das könnte sie auch interessieren
            das könnte dich auch interessieren
            auch interessant
            neueste beiträge
            letzte beiträge
            aktuelle beiträge
            neueste kommentare
            kategorien
            archiv
            schlagwörter
            suche
            anmelden
            beitragsnavigation
            inhaltsverzeichnis
            inhalt
            seitenübersicht
            über uns
            kontakt
            impressum
            datenschutz
            datenschutzerklärung
            siehe auch
            weblinks
            einzelnachweise
            literatur
            meistgelesen
            beliebte beiträge
            partner
            """),
        commentsHeadings: lines(
            """
            kommentar
            kommentare
            alle kommentare
            leserkommentare
            nutzerkommentare
            kommentare zum artikel
            kommentare zu diesem artikel
            kommentar schreiben
            kommentar verfassen
            schreibe einen kommentar
            schreiben sie einen kommentar
            kommentar hinterlassen
            diskutieren sie mit
            """),
        questionsHeadings: lines(
            """
            häufige fragen
            häufig gestellte fragen
            häufigste fragen
            fragen und antworten
            fragen antworten
            die wichtigsten fragen
            wichtige fragen
            """))

    static let french = LanguageWords(
        navigationHeadings: lines(
            """
            navigation
            menu
            menu principal
            publicité
            forum
            forums
            accès rapide
            liens rapides
            liens utiles
            liens
            newsletter
            lettre dinformation
            inscrivezvous à notre newsletter
            abonnezvous
            abonnezvous à notre newsletter
            suiveznous
            partager
            partager cet article
            partagez
            articles similaires
            articles liés
            sur le même sujet
            à lire aussi
            lire aussi
            à découvrir aussi
            derniers articles
            articles récents
            commentaires récents
            catégories
            archives
            mots clés
            étiquettes
            recherche
            rechercher
            connexion
            se connecter
            sommaire
            table des matières
            plan du site
            à propos
            qui sommesnous
            contact
            contactez nous
            contacteznous
            mentions légales
            politique de confidentialité
            vous aimerez aussi
            voir aussi
            liens externes
            notes et références
            références
            bibliographie
            """),
        commentsHeadings: lines(
            """
            commentaire
            commentaires
            tous les commentaires
            vos commentaires
            laisser un commentaire
            laissez un commentaire
            ajouter un commentaire
            écrire un commentaire
            réagir à cet article
            réactions
            """),
        questionsHeadings: lines(
            """
            questions fréquentes
            questions fréquemment posées
            foire aux questions
            questions réponses
            questions et réponses
            vos questions
            """))

    static let spanish = LanguageWords(
        navigationHeadings: lines(
            """
            navegación
            menú
            menú principal
            publicidad
            foro
            foros
            enlaces rápidos
            accesos rápidos
            enlaces de interés
            enlaces
            boletín
            newsletter
            suscríbete
            suscríbete a nuestro boletín
            suscríbete a nuestra newsletter
            síguenos
            compartir
            comparte
            comparte este artículo
            artículos relacionados
            entradas relacionadas
            noticias relacionadas
            relacionados
            te puede interesar
            también te puede interesar
            últimas noticias
            entradas recientes
            comentarios recientes
            categorías
            archivos
            etiquetas
            buscar
            búsqueda
            iniciar sesión
            acceder
            índice
            tabla de contenidos
            mapa del sitio
            sobre nosotros
            quiénes somos
            contacto
            aviso legal
            política de privacidad
            lo más leído
            véase también
            enlaces externos
            referencias
            bibliografía
            """),
        commentsHeadings: lines(
            """
            comentario
            comentarios
            todos los comentarios
            deja un comentario
            deja una respuesta
            dejar un comentario
            escribe un comentario
            añadir comentario
            """),
        questionsHeadings: lines(
            """
            preguntas frecuentes
            preguntas y respuestas
            preguntas más frecuentes
            dudas frecuentes
            """))

    private static func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
}
