/// Words of a page's furniture, English and German first, by what they hint at. Capitals beyond ASCII are written as they occur.
let textSignalWords: [(TextSignals.Kind, String)] = [
    (.cookie, "cookie cookies consent einwilligung zustimmen akzeptieren accept gdpr dsgvo"),
    (
        .privacy,
        "privacy datenschutz datenschutzerklärung datenschutzhinweise policy terms agb nutzungsbedingungen impressum imprint disclaimer"
    ),
    (
        .subscribe,
        "subscribe subscription subscriber subscribers abonnieren abo abonnement abonnenten unsubscribe premium membership paywall"
    ),
    (
        .share,
        "share shares sharing teilen facebook twitter whatsapp pinterest linkedin reddit telegram tweet instagram youtube tiktok xing flipboard"
    ),
    (.comment, "comment comments kommentar kommentare kommentieren disqus moderiert moderated commenting leserkommentare respond"),
    (.copyright, "copyright © rights reserved vorbehalten rechte trademark trademarks llc gmbh inc ltd"),
    (.login, "login log sign signin signup register registrieren anmelden einloggen passwort password account konto anmeldung username"),
    (
        .related,
        """
        related similar recommended recommendations ähnliche Ähnliche verwandte weitere interessieren interessant trending popular beliebt \
        beliebte meistgelesen auch latest neueste recent aktuelle siehe
        """
    ),
    (.more, "more mehr weiterlesen read lesen erfahren learn view show anzeigen all alle weiter continue expand see load"),
    (.search, "search suche suchen filter filtern sort sortieren results ergebnisse treffer find finden"),
    (
        .month,
        """
        january february march april june july august september october november december januar februar märz mai juni juli oktober \
        dezember jan feb mar apr jun jul aug sep sept oct nov dec okt dez
        """
    ),
    (.weekday, "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag"),
    (.price, "price preis preise $ € £ usd eur sale rabatt discount uvp mwst prices was now"),
    (
        .cart,
        "cart basket bag warenkorb kaufen buy checkout kasse add wishlist wunschliste merkzettel bestellen order quantity menge qty stock"
    ),
    (
        .author,
        "by von author autor autorin posted written veröffentlicht published erstellt geschrieben updated aktualisiert editor redaktion"
    ),
    (.navigation, "home startseite menu menü navigation nav sitemap back zurück next previous nächster vorheriger prev top page seite"),
    (.newsletter, "newsletter inbox email mail e-mail posteingang delivered subscribe signup updates"),
    (.advertisement, "advertisement anzeige werbung sponsored gesponsert ad ads promoted affiliate advertising partner"),
    (.rating, "rating ratings review reviews bewertung bewertungen stars sterne star rated votes vote helpful hilfreich likes like"),
    (.shipping, "shipping versand lieferung delivery returns lieferzeit versandkosten rückgabe free kostenlos gratis"),
    (.reply, "reply antworten replies antwort quote zitieren report melden permalink upvote downvote"),
    (.download, "download herunterladen pdf print drucken app ios android"),
    (.contact, "contact kontakt telefon phone tel fax address adresse kontaktieren support help hilfe call"),
    (.ago, "ago vor stunden minuten hours minutes days tagen weeks months yesterday gestern heute today hour minute day"),
    (.reading, "min minute reading lesezeit lesedauer words estimated"),
    (.follow, "follow folgen follower followers folge join mitglied member community"),
    (.tags, "tags tag schlagwörter schlagworte kategorie kategorien category categories filed topics themen topic labels posted"),
    (.skip, "skip springen jump inhalt content"),
    (.loading, "loading lädt javascript enable browser aktivieren unterstützt supported unavailable error oops"),
    (.source, "source quelle foto photo image bild credit getty reuters dpa ap afp imago shutterstock picture via"),
    (.views, "views aufrufe mal gelesen posts beiträge threads topics joined registered registriert offline online"),
    (.close, "close schließen dismiss cancel abbrechen ok okay open öffnen toggle"),
    (.first, "i me my we our us ich wir mein unser mich uns"),
    (.second, "you your yours sie ihr ihre dein deine du dich euch"),
    (.imperative, "click klicken hier here get start try discover entdecken jetzt book request"),
    (.description, "description details specifications features beschreibung eigenschaften merkmale produktdetails overview specs"),
    (.conclusion, "conclusion fazit summary zusammenfassung introduction einleitung overview faq"),
]
