package convert

import (
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// nullWords are what programs write for a value that is not there (W5). Only these spellings: Nan is a town, and None a surname; in names they
// are values.
var nullWords = []string{"nan", "NaN", "null", "NULL", "None", "<NA>", "NaT"}

// isProgramNull says that a trimmed text is a program's word for no value.
func isProgramNull(text string) bool {
	switch text[0] {
	case 'n', 'N', '<':
		for _, word := range nullWords {
			if text == word {
				return true
			}
		}
	}
	return false
}

// isName says that a field is a name, and a null word may be a name.
func isName(f *crm.Field) bool {
	return f.Name == "name" || f.Name == "first_name" || f.Name == "last_name"
}

// repair returns a phone number, an ID or a key as it was before a program took it for a number (W5). The trouble is a warning where the
// text could be put right.
func repair(text string) (string, *Problem) {
	n := len(text)
	if n < 3 || text[n-1] < '0' || text[n-1] > '9' { // nearly every text ends here
		return text, nil
	}
	if text[n-1] == '0' && text[n-2] == '.' && onlyDigits(text[:n-2]) {
		plain := text[:n-2]
		return plain, &Problem{Code: ledger.NumberText, Warning: true,
			Text: message.Say("was read as %s: a program turned it into a decimal number. Format the column as text before you export the file", plain)}
	}
	if scientific(text) {
		return text, invalid("was shortened by Excel, which has lost digits: format the column as text and export the file again")
	}
	return text, nil
}

// scientific says that a text is a number with one digit before the mark and a power of ten: 4,67012E+10.
func scientific(text string) bool {
	n := len(text)
	digits := 0
	for digits < min(n, 4) && text[n-1-digits] >= '0' && text[n-1-digits] <= '9' {
		digits++
	}
	at := n - digits - 2 // of the E; behind it come a sign and two or three digits
	if digits < 2 || digits > 3 || at < 1 || text[at] != 'E' && text[at] != 'e' || text[at+1] != '+' && text[at+1] != '-' {
		return false
	}
	mantissa := text[:at]
	if mantissa[0] == '+' || mantissa[0] == '-' {
		mantissa = mantissa[1:]
	}
	if len(mantissa) > 2 && (mantissa[1] == '.' || mantissa[1] == ',') {
		return onlyDigits(mantissa[:1]) && onlyDigits(mantissa[2:])
	}
	return len(mantissa) == 1 && onlyDigits(mantissa)
}
