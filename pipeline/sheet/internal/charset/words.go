package charset

import (
	"slices"
	"strings"
	"unicode"

	"inlet.example/inlet/pipeline/sheet/internal/stream"
)

// Words are the words of a file that have bytes beyond ASCII, and what each candidate code page makes of them.
type Words struct {
	pages []*Reading
	bytes [256]bool       // beyond ASCII, that are in the file
	known map[string]bool // that have been looked at: most come again
}

// maxKnownWords bounds the memory of Words; further words are looked at each time they occur.
const maxKnownWords = 1 << 12

// Add reads the next piece of the text. It returns how many bytes it has used: a word that is cut in two is left for the next piece,
// unless it fills this one. last is true for the last piece.
func (e *Words) Add(b []byte, last bool) int {
	for i := 0; i < len(b); {
		if i += ASCIIPrefix(b[i:]); i == len(b) {
			break
		}
		from, to := i, i
		for from > 0 && isLetterASCII(b[from-1]) {
			from--
		}
		for to < len(b) && (b[to] >= 0x80 || isLetterASCII(b[to])) {
			to++
		}
		if to == len(b) && !last && from > 0 {
			return from
		}
		e.word(b[from:to])
		i = to
	}
	used := len(b)
	for !last && used > 0 && isLetterASCII(b[used-1]) && len(b)-used < stream.Window/2 {
		used--
	}
	return used
}

// isLetterASCII reports whether a byte is an ASCII letter.
func isLetterASCII(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// word adds one word.
func (e *Words) word(w []byte) {
	if e.known[string(w)] {
		return
	}
	if len(e.known) < maxKnownWords && len(w) <= 64 {
		e.known[string(w)] = true
	}
	for _, b := range w {
		e.bytes[b] = e.bytes[b] || b >= 0x80
	}
	for _, p := range e.pages {
		if !p.impossible {
			p.addWord(w)
		}
	}
}

// same reports whether two code pages read the file as the same text.
func (e *Words) same(x, y *Reading) bool {
	for b, there := range e.bytes {
		if there && x.signs[b].char != y.signs[b].char {
			return false
		}
	}
	return true
}

// readings returns the readings that fit, one for each text.
func (e *Words) readings() []*Reading {
	var all []*Reading
	for _, p := range e.pages {
		same := func(o *Reading) bool { return e.same(o, p) }
		if p.fits() && !slices.ContainsFunc(all, same) && !e.onlyRareSlovak(p) {
			all = append(all, p)
		}
	}
	return all
}

// onlyRareSlovak reports whether a reading is Slovak only because of ĺ, which has the code of å in windows-1252.
func (e *Words) onlyRareSlovak(p *Reading) bool {
	return p.Name == "windows-1250" && e.only(p, slovak)
}

// only reports whether a reading has letters beyond ASCII and all of them are among the given ones.
func (e *Words) only(p *Reading, letters string) bool {
	for b, there := range e.bytes {
		s := p.signs[b]
		if there && s.kind == letter && !strings.ContainsRune(letters, s.char) && !strings.ContainsRune(letters, unicode.ToLower(s.char)) {
			return false
		}
	}
	return p.foreignLetters
}

// Choose returns the code page that is certain, or nil.
//
// # Why one reading that fits is not always enough
//
// Another code page may be excluded only by a sign that names seldom have, by one foreign name, or by a language that is seldom written
// in it, and the file may have it nevertheless. If it would give another text, the reading that fits is not certain. And a locale counts
// for code pages of Windows only: files from a Mac or from DOS are so rare that letters which another code page has too prove nothing.
func (e *Words) Choose(locale string) *Reading {
	all := e.readings()
	language, _, _ := strings.Cut(locale, "-")
	own := ownLetters[language]
	if len(all) == 1 && !slices.ContainsFunc(e.pages, func(p *Reading) bool { return e.competes(p, all[0], own) }) {
		return all[0]
	}
	if len(all) < 2 {
		return nil
	}
	var chosen []*Reading
	for _, p := range all {
		switch {
		case p.script() > 1:
			return nil // a word of another script has nothing of the locale's
		case !p.foreignLetters || e.only(p, own):
			chosen = append(chosen, p)
		}
	}
	if len(chosen) == 1 && chosen[0].foreignLetters && strings.HasPrefix(chosen[0].Name, "windows-") {
		return chosen[0]
	}
	return nil
}

// competes reports whether the text may be in a code page although it does not fit, and would then differ from the chosen reading. The
// letters of the user's own language count more than those of a language that is seldom written in that code page.
func (e *Words) competes(p, chosen *Reading, own string) bool {
	if p == chosen {
		return !p.foreignLetters && p.signsInWords // "Garc’a" is in no language
	}
	if p.impossible || p.misplacedSigns || !p.foreignLetters || e.same(p, chosen) || e.onlyRareSlovak(p) {
		return false
	}
	usual := strings.HasPrefix(chosen.Name, "windows-") && e.only(chosen, own)
	seldom := p.any != 0 && !usual
	return seldom || p.foreignSigns && p.languages != 0 || p.Name == "windows-1252" && !p.mixedLanguages
}

// NewWords returns a Words without any words.
func NewWords() *Words { return &Words{pages: newReadings(), known: map[string]bool{}} }

// Plausible returns at most so many readings for a person to choose from: those that fit and those that compete with the first of them;
// if none fits, all that are possible.
func (e *Words) Plausible(most int) (readings []*Reading, fits bool) {
	readings = e.readings()
	fit := readings
	for _, p := range e.pages {
		may := len(fit) == 0 && !p.impossible && p.codePage.languages != 0 || len(fit) > 0 && e.competes(p, fit[0], "")
		same := func(o *Reading) bool { return e.same(o, p) }
		if may && len(readings) < most && !slices.ContainsFunc(readings, same) {
			readings = append(readings, p)
		}
	}
	return readings, len(fit) > 0
}
