package sheet

import (
	"strconv"
	"strings"

	"inlet.example/inlet/pipeline/sheet/internal/numfmt"
)

// style is what a cell's format means, worked out once per format of the workbook.
type style struct {
	format  *numfmt.Format
	typ     Type // of a number: Number, Date, DateTime or Clock
	d1904   bool
	code    string // "" for General
	builtin int    // the number of a format that Excel shows by the reader's language; 0 for all others

	damaged *damage // of a single cell, which has no format then
}

type stylesXML struct {
	Formats []struct {
		ID   string `xml:"numFmtId,attr"`
		Code string `xml:"formatCode,attr"`
	} `xml:"numFmts>numFmt"`
	Cells []struct {
		ID string `xml:"numFmtId,attr"`
	} `xml:"cellXfs>xf"`
}

// newStyle classifies one format.
func newStyle(code string, d1904 bool) *style {
	s := &style{format: numfmt.Parse(code), typ: Number, d1904: d1904, code: code}
	if strings.EqualFold(code, "General") {
		s.code = ""
	}
	switch s.format.Kind {
	case numfmt.Date:
		s.typ = Date
	case numfmt.DateTime:
		s.typ = DateTime
	case numfmt.Clock:
		s.typ = Clock
	}
	return s
}

// list gives the style of each cell format, by its index.
func (x *stylesXML) list(d1904 bool) []*style {
	codes := make(map[string]string, len(x.Formats))
	for _, f := range x.Formats {
		codes[f.ID] = f.Code
	}
	known := make(map[string]*style)
	list := make([]*style, len(x.Cells))
	for i, c := range x.Cells {
		if known[c.ID] == nil {
			known[c.ID] = newStyle(codeOf(c.ID, codes), d1904)
			if _, own := codes[c.ID]; !own {
				known[c.ID].builtin = builtin(c.ID)
			}
		}
		list[i] = known[c.ID]
	}
	return list
}

// codeOf gives the code of a format's id: the workbook's own first, as some writers redefine the built-in ones.
func codeOf(id string, codes map[string]string) string {
	if code, ok := codes[id]; ok {
		return code
	}
	n, err := strconv.Atoi(id)
	if err != nil {
		return ""
	}
	code, _ := numfmt.Builtin(n)
	return code
}

// builtin gives the number of a built-in format that excelize writes as such; 0 for the others. 5 to 8 are currencies that it does not
// know.
func builtin(id string) int {
	n, err := strconv.Atoi(id)
	if _, ok := numfmt.Builtin(n); err != nil || !ok || n >= 5 && n <= 8 {
		return 0
	}
	return n
}
