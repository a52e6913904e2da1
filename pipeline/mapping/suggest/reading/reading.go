// Package reading reads a heading by the dictionary: which of its words are known, and what they mean together.
//
// # Rules
//
//   - The longest words count, over blanks and punctuation: "Post code", "PostCode" and "post_code" are one word.
//   - A long word that is not known is taken apart where all its parts are words of one language: Faktureringsmail. Where only its end is known the
//     reading is loose: Zweitadresse.
//   - A word that is inside another one does not count: there is no "epost" in "Code postal".
//   - What a word means in several languages is decided by the language of the sheet: "by" is a town in Danish.
package reading

import (
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/mapping/suggest/tokens"
	"inlet.example/inlet/pipeline/mapping/suggest/words"
)

// part is a piece of a heading.
type part struct {
	text   string
	raw    string       // as it stands in the heading; of a part of a compound the same as text
	words  []words.Word // nil: not known
	number int
	aside  bool // in brackets
	loose  bool // the end of a word whose beginning is not known
}

// Reading is a heading taken apart.
type Reading struct {
	parts []part
}

// what a piece costs: the reading with the lowest sum is taken.
const (
	costWord    = 10
	costNumber  = 2
	costJoint   = 3 // of each further part of a compound
	costLoose   = 27
	costUnknown = 40
)

const longestRun = 7 // tokens of one word: "n° de TVA intra…" has them

// Read takes a heading apart.
func Read(d *words.Dictionary, heading string) Reading {
	all := tokens.Split(heading)
	type best struct {
		cost  int
		long  int // of readings that cost the same, that with longer words is taken
		parts []part
	}
	upTo := make([]best, len(all)+1)
	for end := 1; end <= len(all); end++ {
		upTo[end].cost = -1
		for begin := end - 1; begin >= max(0, end-longestRun); begin-- {
			parts, cost := piece(d, all[begin:end])
			if parts == nil {
				continue
			}
			long := upTo[begin].long
			for _, p := range parts {
				long += len(p.text) * len(p.text)
			}
			if cost += upTo[begin].cost; upTo[end].cost < 0 || cost < upTo[end].cost || cost == upTo[end].cost && long > upTo[end].long {
				upTo[end] = best{cost, long, append(slices.Clip(upTo[begin].parts), parts...)}
			}
		}
	}
	return Reading{parts: upTo[len(all)].parts}
}

// piece reads neighbouring tokens as one word; nil where they are none.
func piece(d *words.Dictionary, run []tokens.Token) ([]part, int) {
	key, raw := "", ""
	for i, t := range run {
		key += t.Text
		raw += " "[:min(i, 1)] + t.Raw
	}
	if len(key) > d.Longest() && len(run) > 1 {
		return nil, 0
	}
	p := part{text: key, raw: raw, words: d.Find(key), aside: run[0].Aside}
	switch {
	case p.words != nil && run[0].Aside == run[len(run)-1].Aside:
		return []part{p}, costWord
	case len(run) > 1:
		return nil, 0
	case run[0].Number > 0 || strings.Trim(key, "0") == "":
		p.number = run[0].Number
		return []part{p}, costNumber
	}
	if parts := compound(d, key); parts != nil {
		return parts, costWord + costJoint*(len(parts)-1)
	}
	if parts := ending(d, key); parts != nil {
		return parts, costLoose
	}
	return []part{p}, costUnknown
}

// joints stand between the parts of a compound: Rechnung-s-adresse.
var joints = []string{"", "s", "e", "en", "n", "er", "es", "ns"}

const (
	leastCompound = 6  // letters
	mostCompound  = 40 // a longer word is a text
	leastPart     = 3
)

// compound takes a word apart into words of one language, as few as there are; nil where that leaves a rest.
func compound(d *words.Dictionary, key string) []part {
	if len(key) < leastCompound || len(key) > mostCompound {
		return nil
	}
	var fewest []part
	for _, language := range words.Languages {
		parts := compoundIn(d, key, language)
		switch {
		case parts == nil:
		case fewest == nil || len(parts) < len(fewest):
			fewest = parts
		case len(parts) == len(fewest):
			for i := range parts {
				if parts[i].text == fewest[i].text {
					fewest[i].words = append(fewest[i].words, parts[i].words...)
				}
			}
		}
	}
	return fewest
}

func compoundIn(d *words.Dictionary, key, language string) []part {
	upTo := make([][]part, len(key)+1)
	upTo[0] = []part{}
	for end := leastPart; end <= len(key); end++ {
		for begin := range end {
			if upTo[begin] == nil {
				continue
			}
			for _, joint := range joints {
				text, ok := strings.CutPrefix(key[begin:end], joint)
				if !ok || joint != "" && begin == 0 || !mayBePart(text, end == len(key)) {
					continue
				}
				found := inLanguage(d.Find(text), language)
				if len(found) == 0 || upTo[end] != nil && len(upTo[end]) <= len(upTo[begin])+1 {
					continue
				}
				upTo[end] = append(slices.Clip(upTo[begin]), part{text: text, raw: text, words: found})
			}
		}
	}
	return upTo[len(key)]
}

// mayBePart reports whether a text is long enough to be a part of a compound. At its end that may be a sign of numbers.
func mayBePart(text string, last bool) bool {
	return len(text) >= leastPart || last && (text == "nr" || text == "no" || text == "id")
}

// inLanguage returns the words that a compound of a language may have.
func inLanguage(all []words.Word, language string) []words.Word {
	var found []words.Word
	for _, w := range all {
		if (w.Language == language || w.Language == words.Any) && w.Meaning != filler {
			found = append(found, w)
		}
	}
	return found
}

const leastEnding = 4

// ending finds the word for a field that an unknown one ends with, in the languages whose compounds end with what they are.
func ending(d *words.Dictionary, key string) []part {
	for begin := leastPart; begin <= len(key)-leastEnding && len(key) <= mostCompound; begin++ {
		var found []words.Word
		for _, w := range d.Find(key[begin:]) {
			if slices.Contains(headLast, w.Language) && isField(w.Meaning) {
				found = append(found, w)
			}
		}
		if found != nil {
			return []part{{text: key[:begin], loose: true}, {text: key[begin:], raw: key[begin:], words: found, loose: true}}
		}
	}
	return nil
}

// headLast are the languages in which the last part of a compound says what it is.
var headLast = []string{"sv", "nb", "da", "de", "nl", "fi"}

// Language returns the language that most of a sheet's headings are written in, or "".
func Language(all []Reading) string {
	votes := map[string]int{}
	for _, r := range all {
		for _, language := range words.Languages {
			if r.isIn(language) {
				votes[language]++
			}
		}
	}
	best := ""
	for _, language := range words.Languages {
		if votes[language] > votes[best] {
			best = language
		}
	}
	return best
}

// isIn reports whether all words of a heading are known in a language, and one is not of every language.
func (r Reading) isIn(language string) bool {
	own := false
	for _, p := range r.parts {
		if p.number > 0 {
			continue
		}
		is := func(w words.Word) bool { return w.Language == language }
		any := func(w words.Word) bool { return w.Language == words.Any }
		switch {
		case slices.ContainsFunc(p.words, any):
		case slices.ContainsFunc(p.words, is):
			own = true
		default:
			return false
		}
	}
	return own
}
