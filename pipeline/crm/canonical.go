package crm

import (
	"golang.org/x/text/unicode/norm"
	"inlet.example/inlet/pipeline/crm/canon"
)

// Trim removes white space at both ends, no-break and zero-width spaces included, and all control characters but tab and line breaks.
func Trim(s string) string { return canon.Trim(s) }

// CheckDigit reports whether a Swedish org number's last digit fits the nine before it (the Luhn sum of all ten is a multiple of ten).
func CheckDigit(v Value) bool { return canon.CheckDigit(Clean(OrgNumber, v.text)) }

// Canonical returns the form in which a value of a type is compared (section 7); region is the two letters of the country whose
// phone and org numbers are meant. An absent value is "".
func Canonical(t Type, v Value, region string) string { return canonical(t, v, region) }

// Two forms besides those of fields: one in which near-duplicates are equal, and one that differs wherever a spelling does (F3).
const (
	likeness Type = "likeness"
	spelling Type = "spelling"
)

func canonical(t Type, v Value, region string) string {
	switch {
	case t == likeness:
		return canon.Fuzzy(canon.Text(v.String()))
	case v.form != text:
		return v.String()
	case t == spelling:
		return norm.NFC.String(canon.Trim(v.text))
	}
	d := t.Describe()
	if d.canonical == nil {
		return canon.Text(v.text)
	}
	return d.canonical(d.clean(v.text), region)
}

// Exact returns the form of `compare: exact`: the code points of what a cell is read as (Clean), nothing folded.
func Exact(t Type, v Value) string { return Clean(t, v.String()) }

// Same reports whether a cell equals what is stored (F3): text and email after trimming and NFC, so that an import can correct a
// spelling; numbers, dates and yes/no by value; phone, org number, postcode, url and id by canonical form.
func Same(t Type, a, b Value, region string) bool { return (*Cache)(nil).Same(t, a, b, region) }

// A value is implausible as a key if it means that there is none (W7): "saknas", a phone of three digits, an org number that no register issues.
// Otherwise two records with such a value would be taken for one.

// compare returns the canonical form of a value and whether it is implausible, as both need the folded text. Org numbers are those of the region.
func compare(t Type, v Value, region string) compared {
	if t == likeness {
		folded := canon.Text(v.String())
		return compared{canon.Fuzzy(folded), canon.Placeholder(folded)}
	}
	form, d := canonical(t, v, region), t.Describe()
	if d.canonical == nil {
		return compared{form, d.placeholder && canon.Placeholder(form)}
	}
	return compared{form, d.placeholder && d.isImplausible(v.String(), region)}
}

func (d *Description) isImplausible(s, region string) bool {
	if s = d.clean(s); s == "" {
		return false
	}
	return canon.MayBePlaceholder(s) && canon.Placeholder(canon.Text(s)) || d.implausible != nil && d.implausible(s, region)
}

// mayBeImplausible rules out most values without folding them.
func mayBeImplausible(t Type, v Value) bool {
	d := t.Describe()
	switch {
	case d.implausible != nil:
		return true
	case d.placeholder, t == likeness:
		s := v.String()
		return s != "" && (canon.MayBePlaceholder(s) || !canon.Shows(s))
	}
	return false
}
