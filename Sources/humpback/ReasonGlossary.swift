import Containers

/// What the codes mean under which records are dropped or found broken, for people.
enum ReasonGlossary {
    /// All codes, or those that are named, with what each means; throws where there is no such code.
    static func text(of codes: [String], width: Int) throws(UsageError) -> String {
        guard codes.isEmpty else {
            var lines: [String] = []
            for code in codes {
                guard let meaning = meaning(of: code) else {
                    let known = sections.flatMap { $0.reasons.map(\.code) }
                    throw .combination(
                        "no reason is called \(code)." + (nearestName(to: code, among: known).map { " Did you mean \($0)?" } ?? ""))
                }
                lines += entry(code, meaning, width)
            }
            return lines.joined(separator: "\n") + "\n"
        }
        let parts = sections.map { section in
            ([section.title] + section.reasons.flatMap { entry($0.code, $0.meaning, width) }).joined(separator: "\n")
        }
        let head = wrapped(
            "Dropped means that a filter or a score said no; broken, that a record could not be read or worked on, which counts against "
                + "--max-broken. --rejects FILE keeps both, each with its reason, the value found and the threshold it was held against.",
            to: width)
        return ([head.joined(separator: "\n")] + parts).joined(separator: "\n\n") + "\n"
    }

    /// What a code means; a run's length in it stands for any.
    static func meaning(of code: String) -> String? {
        let general =
            code.hasSuffix("_gram") || code.hasSuffix("_n_grams")
            ? String(code.map { $0.isNumber ? "N" : $0 }).replacing("NN", with: "N") : code
        return sections.lazy.flatMap(\.reasons).first { $0.code == general }?.meaning
    }

    private static func entry(_ code: String, _ meaning: String, _ width: Int) -> [String] {
        let column = 32
        let body = wrapped(meaning, to: width - column)
        let margin = String(repeating: " ", count: column)
        let head = "  \(code)".padded(to: column)
        return [head + (body.first ?? "")] + body.dropFirst().map { margin + $0 }
    }

    static let sections: [(title: String, reasons: [(code: String, meaning: String)])] = [
        (
            "Reading records",
            [
                ("invalid_json", "The line is no JSON; the value says what is wrong and at which byte."),
                ("not_json", "The same, of a line that ingest reads."),
                ("invalid_utf8", "The bytes are not UTF-8; iconv makes them so."),
                ("nested_too_deep", "JSON within JSON deeper than any record is."),
                ("not_an_object", "JSON, but a list, a text or a number: a record is an object in braces."),
                ("line_too_long", "Longer than 32 MiB, or what the stage allows."),
                (
                    "unclosed_quote",
                    "A quotation mark opens a cell of a table and none closes it, so that all lines to the end of the file, as many as the value "
                        + "says, stand in it."
                ),
                (
                    "too_many_cells",
                    "A row of a table has more cells than its first row has names: a comma or a quote is missing or "
                        + "one too many."
                ),
                (
                    "unknown_record",
                    "No field tells what the record is; the value names its fields, and --instruction-field, "
                        + "--output-field or --text-field say which are meant."
                ),
                ("missing_field", "A field that the stage needs is not there; the value names those that are."),
                ("wrong_type", "A field holds something else than it should, a number for a text, say."),
                ("wrong_record", "A record of another stage, among records of the right one."),
                ("unknown", "The reason was not noted."),
                ("excluded", "--exclude lists its id, address or domain."),
            ]
        ),
        (
            "Conversations and seeds",
            [
                ("empty_instruction", "Nothing stands in the instruction."),
                ("empty_output", "Nothing stands in the output."),
                ("empty_turn", "A turn of the conversation has no text."),
                ("empty_answer", "An answer of the preference is empty."),
                ("empty_chosen", "The wanted answer of the preference is empty."),
                ("empty_rejected", "The unwanted answer of the preference is empty."),
                ("empty_real", "The people's answer is empty."),
                ("empty_generated", "The model's answer is empty."),
                ("empty_prompt", "There is nothing to continue, and the model has no token that begins a text."),
                ("empty_text", "Nothing stands in the text."),
                ("no_turns", "The conversation has no turn."),
                ("no_user_turn", "The conversation does not begin with a question."),
                ("no_assistant_turn", "Nobody answers in the conversation."),
                ("unknown_turn", "A turn does not say who speaks (role and content, or from and value)."),
                ("unknown_role", "A turn is said by somebody else than user, assistant or system."),
                (
                    "tool_turn",
                    "The conversation calls a tool, or holds its result: what is said after it answers something "
                        + "that is not there."
                ),
                ("not_text", "A turn holds a picture or a sound."),
                ("unknown_weight", "A weight between 0 and 1, which would need another loss."),
                ("weight_0", "Every answer has the weight 0, so nothing is to be learned."),
                ("no_reply_of_rank_0", "Nobody ranked the replies of the tree, so the best is not known."),
                ("other_language", "A seed in another language than was asked for."),
                ("different_prompts", "The two answers of a preference answer different prompts."),
                ("same_answers", "The two answers of a preference are one."),
                ("nothing_to_learn", "No token of the row carries a loss."),
                ("prompt_too_long", "The prompt alone fills the model's context."),
            ]
        ),
        (
            "Files of pages",
            [
                ("page_too_large", "Larger, unpacked, than --max-page-bytes."),
                (
                    "no_text_field",
                    "The record has no field of the name that --text-field says (`text` without it); the value "
                        + "names those that are there."
                ),
                ("not_a_page", "Another kind of file with a page's name, such as a PDF; the threshold says what makes text of it."),
                ("binary", "More control characters than a text has."),
                ("no_text", "Nothing is left of the page once navigation, banners and footers are gone."),
                ("too_many_elements", "HTML with more elements than any page has."),
                ("damaged_gzip", "The gzip data are broken there; what stands before and behind is read."),
                ("damaged_body", "The body of an HTTP answer cannot be unpacked."),
                ("unknown_encoding", "The body of an HTTP answer is packed in a way that is not known."),
                ("not_a_record", "What stands there in the archive begins no record."),
                ("no_content_length", "A record of the archive does not say how long it is."),
                ("wrong_content_length", "A record of the archive is longer or shorter than it says."),
                ("truncated_record", "The archive ends within the record."),
                ("no_post", "A row of the dump is no post."),
                ("no_question", "An answer of the dump whose question does not stand before it."),
                ("not_xml", "The dump is no well-formed XML from there on."),
                ("xml_not_utf8", "The XML is not UTF-8."),
                ("xml_document_type", "XML with a document type, which could make it fetch or grow."),
                ("xml_too_deep", "Elements within elements deeper than a dump has."),
                ("xml_too_many_attributes", "An element with more attributes than a dump has."),
                ("xml_too_many_names", "More different names than a dump has."),
                ("unsupported_xml", "XML of another kind among the files of a folder."),
                ("unreadable_file", "The file could not be read on."),
                ("no_memory", "There was no memory for the reader."),
                ("opt_out", "The page asks not to be used for training (tdm-reservation, noai); --ignore-opt-out takes it all the same."),
            ]
        ),
        (
            "Passages",
            [
                ("too_short", "Shorter than --min-chars (600)."),
                ("too_long", "Longer than --max-chars (3000) and without a deeper heading to cut at; --split-long cuts it at its blocks."),
                (
                    "introduction_of_long_section",
                    "What stands under a heading before its first deeper one, where the whole is too long to be one "
                        + "passage."
                ),
                ("empty_heading", "No heading of its own, so nothing says what it is about."),
                ("capital_heading", "A heading in capitals throughout."),
                ("navigation_heading", "A heading of navigation, comments or notices rather than of a text."),
                ("comments_heading", "What stands under a heading of comments."),
                ("reply_heading", "What stands under the heading of a reply, as in forums."),
                ("author_heading", "What stands under a name or an address rather than under a subject."),
                ("closing_heading", "A page's last words: conclusion, final thoughts."),
                ("headings_without_text", "Too many of its headings have nothing under them."),
                ("too_little_prose", "Too little of it is sentences; the rest is links, prices, pieces between bars or lines said before."),
                ("short_lines", "Too many of its lines are too short to say anything."),
                ("too_many_links", "Too many of its lines are links that stand alone."),
                ("repeated_lines", "Too many of its lines are there twice."),
                ("machine_text", "A machine wrote it for a machine: configuration, logs, encoded data, code outside of a code block."),
                ("promotion", "Praises what a firm sells: points in 100 words (praise, \"we\" and \"you\", less what tells or reasons)."),
                ("questions_without_answers", "Questions follow one another, and nobody answers."),
                ("repeated_sentences", "Sentences say again what others said; the threshold is how alike two may be."),
                ("duplicate", "The same words as an earlier passage."),
                ("near_duplicate", "Nearly the words of an earlier passage (--near-duplicates)."),
                ("evaluation_overlap", "Shares 12 words in a row with a text of --decontaminate."),
                ("blocked_word", "Holds a word of --blocked-words."),
                ("personal_data", "Holds an address, a number or the like, and --personal-data drop was given."),
            ]
        ),
        (
            "Filters on pages",
            [
                ("language", "In another language than --language asks for, or in none that can be told."),
                ("no_licence", "States no licence (--licences)."),
                ("licence_not_listed", "States a licence that --licences does not list."),
                ("blocked_url", "The address stands in --blocked-urls."),
                ("blocked_domain", "The domain stands in --blocked-urls."),
                ("blocked_url_word", "A word of the address stands in --blocked-urls."),
                ("lorem_ipsum", "Holds the printer's filler text (C4)."),
                ("curly_bracket", "Holds a curly bracket, as program text does (C4, where it is asked for)."),
                ("too_few_sentences", "Fewer sentences than C4 asks for."),
                ("line_punct_ratio", "Too few lines end as sentences do (FineWeb)."),
                ("short_line_ratio", "Too many lines are short (FineWeb)."),
                ("char_dup_ratio", "Too many characters stand in lines that are there twice (FineWeb)."),
                ("list_ratio", "Too many lines are of a list (FineWeb)."),
                ("empty", "No text at all."),
                ("dup_para_frac", "Too many paragraphs are there twice (Gopher)."),
                ("dup_para_char_frac", "Too much of the text stands in paragraphs that are there twice (Gopher)."),
                ("dup_line_frac", "Too many lines are there twice (Gopher)."),
                ("dup_line_char_frac", "Too much of the text stands in lines that are there twice (Gopher)."),
                ("top_N_gram", "The commonest run of N words takes too much of the text (Gopher)."),
                ("duplicated_N_n_grams", "Runs of N words that come again take too much of the text (Gopher)."),
                ("gopher_short_doc", "Too few words (Gopher)."),
                ("gopher_long_doc", "Too many words (Gopher)."),
                ("gopher_below_avg_threshold", "The words are too short in the mean (Gopher)."),
                ("gopher_above_avg_threshold", "The words are too long in the mean (Gopher)."),
                ("gopher_too_many_hashes", "Too many hash signs (Gopher)."),
                ("gopher_too_many_ellipsis", "Too many ellipses (Gopher)."),
                ("gopher_too_many_bullets", "Too many lines begin with a bullet (Gopher)."),
                ("gopher_too_many_end_ellipsis", "Too many lines end in an ellipsis (Gopher)."),
                ("gopher_below_alpha_threshold", "Too few words hold a letter (Gopher)."),
                ("gopher_enough_stop_words", "Too few of the commonest words of its language (Gopher)."),
            ]
        ),
        (
            "Instructions that a model wrote",
            [
                ("instruction_empty", "Nothing was written, or nothing but what stands around an instruction."),
                ("instruction_cut_off", "The model was still writing at --max-new-tokens, or what it wrote ends within a sentence."),
                ("instruction_short", "Too short to ask for anything."),
                ("instruction_long", "Longer than an instruction is, or than the text it asks for."),
                ("instruction_refuses", "The model declined."),
                ("instruction_answers", "An answer or a description of the text where an instruction should be."),
                ("instruction_echo", "The text's own words in place of an instruction."),
                ("instruction_language", "Another language or script than the text's."),
                ("instruction_repeats", "The same words again and again."),
                (
                    "instruction_points_elsewhere",
                    "Points at a text or picture (\"the passage above\") that whoever reads the instruction does "
                        + "not have."
                ),
                ("instruction_leaks_prompt", "Words of the prompt that the model was given."),
                ("instruction_twin", "The instruction of an earlier sample of the same passage, which the threshold names (--samples)."),
                ("instruction_outranked", "Another sample of the same passage was better (--rank)."),
                ("language_not_of_model", "A text in a language that the model was not trained on; --any-language asks all the same."),
            ]
        ),
        (
            "Rewriting, where the original stays",
            [
                ("rewrite_empty", "Nothing was written."),
                ("rewrite_cut_off", "The model was still writing at --max-new-tokens, or at a quarter more than the passage has."),
                ("rewrite_leaks_prompt", "Lines of the prompt that the model was given."),
                ("rewrite_refuses", "The model declined."),
                ("rewrite_same", "The passage's own words, all of them: nothing was rewritten."),
                ("rewrite_short", "Too few words for an answer: fewer than 8, or than 15 in a hundred of the passage's."),
                ("rewrite_ungrounded", "Less than --least-kept of its words come from the passage; the value is the share."),
                ("rewrite_invents", "A number that neither the passage nor the instruction has."),
                ("rewrite_repeats", "The same words again and again."),
                ("rewrite_of_seed", "The pair was written by people, for each other."),
                ("rewrite_again", "The pair was rewritten before."),
            ]
        ),
        (
            "Ratings",
            [
                ("score_low", "Below --min-score; the value is the score."),
                ("below_top_fraction", "Not among the best that --top-fraction keeps."),
                ("no_signal", "A signal that the choice goes by was not measured of this pair."),
                ("near_duplicate_instruction", "Nearly the instruction of a better pair (--distinct)."),
                ("passage_has_better", "Another instruction of the same passage is better (--one-per-passage)."),
                ("domain_full", "The domain has as many better pairs as --per-domain lets it have."),
                ("over_token_budget", "It no longer fits the tokens that --tokens lets better pairs have together."),
                ("not_selected", "`curate --keep-all` marked it as not selected."),
                (
                    "label_mass_low",
                    "The judge gives its labels together less than half of its probability: it has not understood "
                        + "that a score is asked for."
                ),
                ("score_unreadable", "The judge answered in words, and no score stands in them."),
                ("score_ambiguous", "The judge named more than one score, or a range: which one it meant is not known."),
                ("score_out_of_range", "The judge named a score that its scale does not have."),
                (
                    "score_of_other_scale",
                    "The judge named a score out of another number than its scale ends with, such as 8/10 on a scale to 5."
                ),
                ("no_score", "The pair has no score."),
                ("answer_cut", "The judge's answer was cut before a score; more --max-new-tokens on the server may help."),
            ]
        ),
        (
            "Models on servers",
            [
                ("endpoint_failed", "The server failed again and again; --resume tries the record again."),
                ("batch_unanswered", "No file of --from-batch answers it yet; --emit-batch asks again, --resume fills it in."),
                (
                    "batch_failed",
                    "The server failed at it, as the file of --from-batch says; --emit-batch asks again, --resume fills it in."
                ),
                ("endpoint_refused", "The server refused this request."),
                ("endpoint_too_long", "The answer was longer than any answer is, and was cut."),
                ("endpoint_unreadable", "The server's answer is none of an OpenAI-compatible server."),
                ("content_filter", "The server's filter cut or refused the answer."),
                ("model_refused", "The model declined, in the field that servers have for it."),
            ]
        ),
        (
            "Loops on preferences",
            [
                ("answer_empty", "The model answered nothing."),
                ("answer_unfinished", "The answer was cut at --max-new-tokens."),
                ("answer_unrated", "The model gave its answer no score."),
                ("fewer_than_two_answers", "Fewer than two answers of a prompt could be rated."),
                ("tied_scores", "Best and worst answer are rated too much alike (--least-gap)."),
                ("rating_too_long", "Prompt and answer together do not fit the rubric's context."),
                ("prompt_empty", "The model wrote no new prompt."),
                ("prompt_unfinished", "The new prompt was cut."),
                ("prompt_short", "The new prompt is too short."),
                ("prompt_long", "The new prompt is too long."),
                ("prompt_near_duplicate", "The new prompt says what a seed or an earlier one says."),
                ("prompt_unanswerable", "The new prompt asks for what a model cannot do."),
            ]
        ),
        (
            "Measurements",
            [
                (
                    "cut_elsewhere",
                    "One of the models has to cut the text at another place than the first, so the two cannot be "
                        + "compared on it."
                ),
                ("no_tokens", "Nothing is left to measure."),
                ("no_number", "An answer of GSM8K without a number to compare with."),
                ("no_choices", "A question of a task has no choices to choose from."),
                ("answer_is_no_choice", "The right answer that the task names is none of its choices."),
                ("unknown_question", "An answer to a question that is not in the file of --questions."),
                ("verdict_unreadable", "The judge of a comparison gave no verdict that can be read."),
                ("skipped", "Whoever compared the two answers passed over them."),
                ("preference_out_of_range", "A preference that is no number of its scale."),
            ]
        ),
    ]
}
