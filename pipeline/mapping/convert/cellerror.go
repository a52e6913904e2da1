package convert

import (
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/sheet"
)

// The errors with a text of their own; all others share one.
const (
	excelNA    = "#N/A"
	excelRef   = "#REF!"
	excelValue = "#VALUE!"
	excelDiv0  = "#DIV/0!"
	excelName  = "#NAME?"
	excelNum   = "#NUM!"
	otherError = "#ERROR!"
	tooNarrow  = "####"
)

// errorWords are the errors of spreadsheets as they stand in exported text, in the languages of Excel, and which error each is (W4).
// Languages that are not listed keep the English words.
var errorWords = wordsOf(map[string][]string{
	excelNA: {"#N/A",
		"#SAKNAS!", "#I/T", "#PUUTTUU!", "#PUUTTUU", "#NV", "#N/D", "#N/D!", "#N/B", "#N/DISP", // sv, nb and da, fi, de, es it pt pl, nl
		"#NENÍ_K_DISPOZICI", "#NEDOSTUPNÝ", "#HIÁNYZIK", "#Н/Д", "#YOK"}, // cs, sk, hu, ru, tr
	excelRef: {"#REF!",
		"#REFERENS!", "#REFERENCE!", "#VIITTAUS!", "#BEZUG!", "#¡REF!", "#RIF!", "#VERW!", "#ADR!",
		"#ODKAZ!", "#HIV!", "#ССЫЛКА!", "#BAŞV!"},
	excelValue: {"#VALUE!",
		"#VÄRDEFEL!", "#VERDI!", "#VÆRDI!", "#ARVO!", "#WERT!", "#VALEUR!", "#¡VALOR!", "#VALOR!", "#VALORE!", "#WAARDE!", "#ARG!",
		"#HODNOTA!", "#ÉRTÉK!", "#ЗНАЧ!", "#DEĞER!", "#VALOARE!"},
	excelDiv0: {"#DIV/0!",
		"#DIVISION/0!", "#JAKO/0!", "#¡DIV/0!", "#DEEL/0!", "#DZIEL/0!",
		"#DĚLENÍ_NULOU!", "#DELENIENULOU!", "#ZÉRÓOSZTÓ!", "#ДЕЛ/0!", "#SAYI/0!"},
	excelName: {"#NAME?",
		"#NAMN?", "#NAVN?", "#NIMI?", "#NOM?", "#¿NOMBRE?", "#NOME?", "#NAAM?", "#NAZWA?",
		"#NÁZEV?", "#NÁZOV?", "#NÉV?", "#ИМЯ?", "#AD?", "#NUME?"},
	excelNum: {"#NUM!",
		"#OGILTIGT!", "#LUKU!", "#ZAHL!", "#NOMBRE!", "#¡NUM!", "#NÚM!", "#GETAL!", "#LICZBA!",
		"#ČÍSLO!", "#SZÁM!", "#ЧИСЛО!", "#SAYI!"},
	otherError: {"#NULL!", // two ranges that do not meet
		"#SKÄRNING!", "#NUL!", "#TYHJÄ!", "#¡NULO!", "#NULO!", "#NULLO!", "#LEEG!", "#ZERO!", "#NULLA!", "#ПУСТО!", "#BOŞ!",
		"#SPILL!", // results that have no room
		"#ÜBERLAUF!", "#PROPAGATION!", "#¡DESBORDAMIENTO!", "#ESPANSIONE!", "#OVERLOOP!", "#ROZLANIE!", "#DESPEJAR!", "#ПЕРЕНОС!", "#TAŞMA!",
		"#CALC!", "#KALK!", "#¡CALC!", "#FIELD!", "#FELD!", "#BLOCKED!", "#UNKNOWN!", "#CONNECT!", "#BUSY!", "#EXTERNAL!", "#PYTHON!", "#TIMEOUT!",
		"#GETTING_DATA", "#ERROR!"},
})

func wordsOf(kinds map[string][]string) map[string]string {
	words := map[string]string{}
	for kind, all := range kinds {
		for _, word := range all {
			words[word] = kind
		}
	}
	return words
}

// errorOf returns which error a trimmed text is, and "" for nearly every text.
func errorOf(text string) string {
	if text == "" || text[0] != '#' {
		return libreError(text)
	}
	if len(text) >= 3 && strings.Trim(text, "#") == "" {
		return tooNarrow
	}
	// Excel writes capitals only. Without a mark behind it, #nv may be a value.
	if last := text[len(text)-1]; last == '!' || last == '?' || strings.Contains(text, "/") {
		text = strings.ToUpper(text)
	}
	return errorWords[text]
}

// libreError knows what LibreOffice writes for an error that Excel has no word for: Err:502.
func libreError(text string) string {
	if len(text) == len("Err:502") && strings.HasPrefix(text, "Err:") && onlyDigits(text[len("Err:"):]) {
		return otherError
	}
	return ""
}

// cellError returns what is wrong with a cell that holds an error: of a formula, or of the file itself (W11).
func cellError(kind string) *Problem { return &Problem{Code: ledger.CellError, Text: errorText(kind)} }

func errorText(kind string) message.Text {
	switch kind {
	case tooNarrow:
		return message.Say("is not a value: the column was too narrow to show it. Widen the column and export the file again")
	case excelNA:
		return message.Say("is an error of the spreadsheet: a formula did not find a value. Correct the formula or type the value, and save or export the file again")
	case excelRef:
		return message.Say("is an error of the spreadsheet: a formula refers to cells that no longer exist. Correct the formula or type the value, and save or export the file again")
	case excelValue:
		return message.Say("is an error of the spreadsheet: a formula was given the wrong type of value. Correct the formula or type the value, and save or export the file again")
	case excelDiv0:
		return message.Say("is an error of the spreadsheet: a formula divides by zero. Correct the formula or type the value, and save or export the file again")
	case excelName:
		return message.Say("is an error of the spreadsheet: a formula uses a name that is not known. Correct the formula or type the value, and save or export the file again")
	case excelNum:
		return message.Say("is an error of the spreadsheet: a formula gives a number that is not valid. Correct the formula or type the value, and save or export the file again")
	case sheet.ErrStyle:
		return message.Say("is damaged: the cell refers to a number format that the file does not contain, so it could be a number or a date. Open the file in Excel, check the cell and save the file again")
	case sheet.ErrShared:
		return message.Say("is damaged: the cell refers to a text that the file does not contain. Open the file in Excel, check the cell and save the file again")
	case sheet.ErrNumber:
		return message.Say("is damaged: the cell should contain a number, but its content in the file is not a valid number. Open the file in Excel, check the cell and save the file again")
	}
	return message.Say("is an error of the spreadsheet. Correct the formula or type the value, and save or export the file again")
}

// nullError says that an error of a typed cell is one of the mapping's null words, in whichever language it is written there.
func nullError(raw string, words []string) bool {
	for _, word := range words {
		if word = crm.Trim(word); word == raw || errorWords[word] == raw {
			return true
		}
	}
	return false
}
