// Tests of LanguageModels
