// Package values says what the values of a column look like, whatever its heading says.
package values

import (
	"regexp"
	"strings"
	"unicode"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/suggest/tokens"
	"inlet.example/inlet/pipeline/sheet"
)

// Evidence counts the filled values of a column by what they look like. One value may be counted several times.
type Evidence struct {
	Filled   int
	Distinct int
	Types    map[crm.Type]int // values that are certainly of the type

	Machine    int // identifiers that programs make: GUIDs, checksums
	Role       int // mailboxes of a role: info@
	Networks   int // pages of people in social networks
	Forms      int // legal forms alone
	District   int // points of the compass, which are districts of sales
	LegalForm  int // names of companies that say their form: GmbH
	Person     int // names as people have them: two to four words that begin with a capital
	Salutation int // Mr, Herr
	Range      int // 11-50
	Lines      int // several lines
}

// Of looks at the values of a column; blanks among them do not count.
func Of(cells []sheet.Cell) *Evidence {
	e := &Evidence{Types: map[crm.Type]int{}}
	distinct := map[string]bool{}
	for _, cell := range cells {
		text := textOf(cell)
		if text == "" {
			continue
		}
		e.Filled++
		distinct[strings.ToLower(text)] = true
		for t, a := range appearances {
			if a.certainly != nil && a.certainly(cell) {
				e.Types[t]++
			}
		}
		e.addTexts(text)
	}
	e.Distinct = len(distinct)
	return e
}

func (e *Evidence) addTexts(text string) {
	for _, c := range []struct {
		n  *int
		is func(string) bool
	}{
		{&e.Machine, isMachineMade}, {&e.Role, isRole}, {&e.Networks, network.MatchString}, {&e.Forms, isLegalForm}, {&e.District, isDistrict}, {&e.LegalForm, hasLegalForm}, {&e.Person, isPerson},
		{&e.Salutation, isSalutation}, {&e.Range, amounts.MatchString}, {&e.Lines, func(s string) bool { return strings.ContainsAny(s, "\n\r") }},
	} {
		if c.is(text) {
			*c.n++
		}
	}
}

// Most reports whether a count is that of most values.
func (e *Evidence) Most(n int) bool { return e.Filled > 0 && n*2 > e.Filled }

// Nearly reports whether a count is that of nearly all values.
func (e *Evidence) Nearly(n int) bool { return e.Filled > 0 && n*10 >= e.Filled*9 }

// Few reports whether the values repeat so much that they cannot tell rows apart.
func (e *Evidence) Few() bool { return e.Filled >= 4 && e.Distinct*2 <= e.Filled }

var (
	guid    = regexp.MustCompile(`(?i)^\{?[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\}?$`)
	hash    = regexp.MustCompile(`^(?i:[0-9a-f]{16,}|[\w+/]{20,}={1,2})$`)
	network = regexp.MustCompile(`(?i)(^|[./])(linkedin|facebook|twitter|instagram|xing|youtube|tiktok)\.|^(https?://)?x\.com/`)
	amounts = regexp.MustCompile(`^[<>]?\s*\d[\d .,]*\s*[-–]\s*\d[\d .,]*$|^\d[\d .,]*\+$`)
)

func isMachineMade(text string) bool {
	return guid.MatchString(text) || hash.MatchString(text) && strings.ContainsAny(text, "0123456789") || strings.HasPrefix(text, "__")
}

// roles are mailboxes that no one person has.
var roles = set(`info kontakt contact office mail post hello hej hallo kundtjanst kundservice support service sales salg forsaljning order orders ordre faktura fakturor
	invoice invoices billing ekonomi economy accounting accounts buchhaltung rechnung rechnungen bestellung vertrieb verkauf zentrale administration admin
	compta comptabilite facturation commercial accueil ventes ventas administracion contabilidad pedidos biuro sekretariat faktury ksiegowosc sprzedaz
	zamowienia amministrazione vendite segreteria ordini contabilita administratie verkoop facturen bestellingen receptie toimisto myynti laskutus asiakaspalvelu
	posti firma firmapost postmaster webmaster noreply reception receptionen inkop indkob innkjop einkauf purchasing purchase kontor kontoret bogholderi regnskap
	okonomi salgsafdeling team help helpdesk enquiries enquiry general hr jobs career press media marketing shop butik store kundeservice klantenservice`)

func isRole(text string) bool {
	local, domain, ok := strings.Cut(text, "@")
	if !ok || domain == "" {
		return false
	}
	first, _, _ := strings.Cut(strings.ToLower(local), ".")
	first = strings.TrimRight(first, "0123456789-_")
	return roles[tokens.Fold(first)]
}

// legalForms end the name of a company, or begin it.
var legalForms = set(`ab hb kb as asa ans da enk aps is ivs oy oyj ky ry osk tmi gmbh ag kg ug ohg ev eg gbr mbh se kgaa bv nv vof cv sarl sas sasu eurl sa sci snc sca scop
	sl sll slu scoop ltd limited inc llc llp plc corp corporation co company pty lp srl srls spa sapa sas sp spzoo zoo spolka sc spj spk psa ltda bvba sprl srl vzw asbl ets etablissements
	stiftelse forening foreningen kommun kommune kunta oü uab sia sro doo kft`)

func isLegalForm(text string) bool {
	return len(text) < 16 && legalForms[tokens.Fold(text)]
}

var districts = set(`nord norr nordost nordväst syd söder sydost sydväst öst öster väst väster mitt north south east west central northeast northwest southeast southwest
	ost süd west nordwest südwest noord zuid oost sud est ouest norte sur este oeste emea apac nordics dach benelux`)

func isDistrict(text string) bool { return districts[tokens.Fold(text)] }

func hasLegalForm(text string) bool {
	all := strings.Fields(text)
	if len(all) < 2 {
		return false
	}
	last := strings.ReplaceAll(all[len(all)-1], ".", "")
	if legalForms[tokens.Fold(last)] && isCapitalOrDotted(all[len(all)-1]) {
		return true
	}
	first := strings.ReplaceAll(all[0], ".", "")
	if len(first) > 1 && legalForms[tokens.Fold(first)] && strings.ToUpper(first) == first {
		return true
	}
	folded := strings.ToLower(text)
	for _, form := range []string{"sp. z o.o", "sp.z o.o", "s.r.l", "s.p.a", "aktiebolag", " & co", " und co", "handelsbolag", "kommanditbolag"} {
		if strings.Contains(folded, form) {
			return true
		}
	}
	return false
}

// isCapitalOrDotted reports whether a word is written as a legal form is: "AB", "Oy", "B.V.", "ltd.". A small "as" is none.
func isCapitalOrDotted(word string) bool {
	return strings.Contains(word, ".") || strings.IndexFunc(word, unicode.IsUpper) == 0 || len(word) > 3
}

// isPerson reports whether a text is written as the names of people are.
func isPerson(text string) bool {
	all := strings.Fields(strings.ReplaceAll(text, ",", " "))
	if len(all) < 2 || len(all) > 4 || hasLegalForm(text) || strings.ContainsAny(text, "0123456789@/&") {
		return false
	}
	capitals := 0
	for _, word := range all {
		if strings.IndexFunc(word, unicode.IsUpper) == 0 {
			capitals++
		}
	}
	return capitals >= 2
}

var salutations = set(`mr mrs ms miss mx dr prof herr fru fröken frau herrn fraeulein m mme mlle monsieur madame mademoiselle sr sra srta don dona senor senora pan pani panna sig sigra
	dhr mevr mw mevrouw mijnheer heer hr frk herra rouva neiti signor signora dott dottssa ing mag dipl`)

func isSalutation(text string) bool {
	all := strings.Fields(text)
	return len(all) > 0 && len(all) <= 2 && salutations[tokens.Fold(all[0])] && (len(all) == 1 || salutations[tokens.Fold(all[1])])
}

func set(text string) map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.Fields(text) {
		all[tokens.Fold(word)] = true
	}
	return all
}
