package sheettest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	head   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	main   = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	rels   = "http://schemas.openxmlformats.org/package/2006/relationships"
	types  = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// parts gives the files of the workbook.
func (b *book) parts() ([]Part, error) {
	var list []Part
	var tabs, links, kinds strings.Builder
	made := 0 // tables, in the whole workbook
	for i, t := range b.sheets {
		n, state := i+1, ""
		if t.state != "" {
			state = fmt.Sprintf(` state="%s"`, escape(t.state))
		}
		fmt.Fprintf(&tabs, `<sheet name="%s" sheetId="%d"%s r:id="rId%d"/>`, escape(t.name), n, state, n)
		fmt.Fprintf(&links, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, n, office, n)
		fmt.Fprintf(&kinds, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, n, types)
		text, err := b.data(t)
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", t.name, err)
		}
		list = append(list, Part{fmt.Sprintf("xl/worksheets/sheet%d.xml", n), text})
		for range t.tables {
			made++
			fmt.Fprintf(&kinds, `<Override PartName="/xl/tables/table%d.xml" ContentType="%stable+xml"/>`, made, types)
		}
		more, err := t.tableParts(n, made-len(t.tables))
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", t.name, err)
		}
		list = append(list, more...)
	}
	d1904 := ""
	if b.d1904 {
		d1904 = `<workbookPr date1904="1"/>`
	}
	return append([]Part{
		{"[Content_Types].xml", head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="` + types + `sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="` + types + `styles+xml"/>` + kinds.String() + `</Types>`},
		{"_rels/.rels", head + `<Relationships xmlns="` + rels + `"><Relationship Id="rId1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", head + `<workbook xmlns="` + main + `" xmlns:r="` + office + `">` + d1904 + `<sheets>` + tabs.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", head + `<Relationships xmlns="` + rels + `">` + links.String() + `<Relationship Id="rStyles" Type="` + office + `/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", b.stylesPart()},
	}, list...), nil
}

func (b *book) stylesPart() string {
	var formats, cells strings.Builder
	for i, code := range b.styles {
		fmt.Fprintf(&formats, `<numFmt numFmtId="%d" formatCode="%s"/>`, 164+i, escape(code))
		fmt.Fprintf(&cells, `<xf numFmtId="%d" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`, 164+i)
	}
	return head + `<styleSheet xmlns="` + main + `"><numFmts count="` + strconv.Itoa(len(b.styles)) + `">` + formats.String() +
		`</numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>` +
		`<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="` + strconv.Itoa(len(b.styles)) + `">` + cells.String() + `</cellXfs></styleSheet>`
}

// data gives the XML of one sheet.
func (b *book) data(t *tab) (string, error) {
	var out strings.Builder
	out.WriteString(head + `<worksheet xmlns="` + main + `" xmlns:r="` + office + `"><sheetData>`)
	for i, record := range t.rows {
		hidden := ""
		if t.hidden[i+1] {
			hidden = ` hidden="1"`
		}
		fmt.Fprintf(&out, `<row r="%d"%s>`, i+1, hidden)
		for j, value := range record {
			if err := b.cell(&out, fmt.Sprintf("%s%d", column(j), i+1), value); err != nil {
				return "", err
			}
		}
		out.WriteString(`</row>`)
	}
	out.WriteString(`</sheetData>` + t.behind() + `</worksheet>`)
	return out.String(), nil
}

// tableParts gives the parts of the tables of sheet n, and what leads from the sheet to them. before is how many tables there are already.
func (t *tab) tableParts(n, before int) ([]Part, error) {
	if len(t.tables) == 0 {
		return nil, nil
	}
	var list []Part
	var links strings.Builder
	for i, tbl := range t.tables {
		id := before + i + 1
		text, err := t.part(tbl, id)
		if err != nil {
			return nil, fmt.Errorf("table: %w", err)
		}
		list = append(list, Part{fmt.Sprintf("xl/tables/table%d.xml", id), text})
		fmt.Fprintf(&links, `<Relationship Id="rId%d" Type="%s/table" Target="../tables/table%d.xml"/>`, i+1, office, id)
	}
	return append(list, Part{fmt.Sprintf("xl/worksheets/_rels/sheet%d.xml.rels", n),
		head + `<Relationships xmlns="` + rels + `">` + links.String() + `</Relationships>`}), nil
}

func column(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return column(i/26-1) + string(rune('A'+i%26))
}

// cell writes one cell by its prefix.
func (b *book) cell(out *strings.Builder, ref, value string) error {
	if value == "" {
		return nil
	}
	prefix, rest, ok := strings.Cut(value, ":")
	if !ok {
		prefix = ""
	}
	switch prefix {
	case "n":
		number, code, ok := strings.Cut(rest, "|")
		if !ok {
			code = "General"
		}
		fmt.Fprintf(out, `<c r="%s" s="%d"><v>%s</v></c>`, ref, b.style(code), escape(number))
	case "d", "c":
		serial, code, err := b.serial(rest)
		if err != nil {
			return fmt.Errorf("cell %s: %w", ref, err)
		}
		fmt.Fprintf(out, `<c r="%s" s="%d"><v>%s</v></c>`, ref, b.style(code), strconv.FormatFloat(serial, 'f', -1, 64))
	case "b", "e":
		fmt.Fprintf(out, `<c r="%s" t="%s"><v>%s</v></c>`, ref, prefix, escape(rest))
	case "f":
		formula, result, ok := strings.Cut(rest, "=")
		if ok {
			result = `<v>` + escape(result) + `</v>`
		}
		fmt.Fprintf(out, `<c r="%s"><f>%s</f>%s</c>`, ref, escape(formula), result)
	case "s":
		value = rest
		fallthrough
	default:
		fmt.Fprintf(out, `<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, ref, escape(value))
	}
	return nil
}

// serial gives the number of a date or time, and the format that shows it.
func (b *book) serial(text string) (float64, string, error) {
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC) // right from March 1900 on
	if b.d1904 {
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	for _, l := range []struct{ layout, code string }{
		{"2006-01-02", "yyyy-mm-dd"}, {"2006-01-02 15:04", "yyyy-mm-dd hh:mm"}, {"2006-01-02 15:04:05", "yyyy-mm-dd hh:mm:ss"},
		{"15:04", "hh:mm"}, {"15:04:05", "hh:mm:ss"},
	} {
		t, err := time.Parse(l.layout, text)
		if err != nil {
			continue
		}
		if t.Year() == 0 {
			return float64(t.Hour()*3600+t.Minute()*60+t.Second()) / 86400, l.code, nil
		}
		return float64(t.Unix()-first.Unix()) / 86400, l.code, nil
	}
	return 0, "", fmt.Errorf("%q is not a date or time", text)
}
