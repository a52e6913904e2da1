package ledger

import (
	"fmt"
	"math/big"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/message"
)

// Cap limits how much of one thing an import may do without a person's approval: a count, or a share of the rows of that kind. The zero Cap is
// no limit.
type Cap struct {
	text  string
	most  *big.Rat
	share bool
}

// ParseCap reads "5%", "2.5%", "10000" or "0".
func ParseCap(text string) (Cap, error) {
	number, share := strings.CutSuffix(strings.TrimSpace(text), "%")
	most, ok := new(big.Rat).SetString(number)
	if !ok || strings.Trim(number, "0123456789.") != "" || !share && !most.IsInt() || share && most.Cmp(big.NewRat(100, 1)) > 0 {
		return Cap{}, fmt.Errorf("%q is not a valid cap: write a count or a percentage, e.g. 100 or 5%%", text)
	}
	return Cap{text: strings.TrimSpace(text), most: most, share: share}, nil
}

// Set reports whether there is a limit.
func (c Cap) Set() bool { return c.most != nil }

// String returns the cap as it is written in the mapping.
func (c Cap) String() string { return c.text }

// Equal reports whether both are written the same.
func (c Cap) Equal(other Cap) bool { return c.text == other.text }

// Passed reports whether n of this many rows exceed the cap.
func (c Cap) Passed(n, rows int) bool {
	if !c.Set() {
		return false
	}
	most := new(big.Rat).Set(c.most)
	if c.share {
		most.Mul(most, big.NewRat(int64(rows), 100))
	}
	return new(big.Rat).SetInt64(int64(n)).Cmp(most) > 0
}

// Loosens reports whether c allows something that limit does not. A count and a percentage cannot be compared, which counts as looser.
func (c Cap) Loosens(limit Cap) bool {
	return limit.Set() && (!c.Set() || c.share != limit.share || c.most.Cmp(limit.most) > 0)
}

// Caps are the caps of an import (section 9).
type Caps struct {
	Rejected, Created, Updated, Cleared Cap
	LeftOut                             Cap // rows that are not records (W8), of all rows
}

// Any reports whether any cap is set, so that a plan is needed.
func (c *Caps) Any() bool {
	return c.Rejected.Set() || c.Created.Set() || c.Updated.Set() || c.Cleared.Set() || c.LeftOut.Set()
}

// Cleared counts, per kind, the rows that clear a stored value.
type Cleared map[crm.Kind]int

// Add counts the changes of a batch.
func (n Cleared) Add(changes []Change) {
	for i := range changes {
		if changes[i].Clears() {
			n[changes[i].Kind]++
		}
	}
}

// Passed returns a Refusal that holds the file if a plan exceeds a cap, else nil. accepted reports whether an import of this mapping was done before:
// until then nearly all records are new, and max_created is off.
func (c *Caps) Passed(t *Tally, reading *Reading, cleared Cleared, accepted bool) *Refusal {
	if n := reading.LeftOutByRules(); c.LeftOut.Passed(n, t.Rows+n) {
		return &Refusal{Code: "cap", Hold: true, Text: message.Say("%s of %s rows would be left out because they are not records; the mapping allows at most %s",
			n, t.Rows+n, c.LeftOut)}
	}
	for _, kind := range crm.Kinds {
		n := t.Of(kind)
		for _, cap := range []struct {
			Cap
			n    int
			said string
			off  bool
		}{
			{c.Rejected, n.Rejected, "%s of %s {kind} rows would be rejected; the mapping allows at most %s", false},
			{c.Created, n.Created, "%s of %s {kind} rows would create {a kind}; the mapping allows at most %s", !accepted},
			{c.Updated, n.Updated, "%s of %s {kind} rows would change {a kind}; the mapping allows at most %s", false},
			{c.Cleared, cleared[kind], "%s of %s {kind} rows would clear a stored value; the mapping allows at most %s", false},
		} {
			if !cap.off && cap.Passed(cap.n, n.Sum()) {
				return &Refusal{Code: "cap", Hold: true, Text: SayOf(kind, cap.said, cap.n, n.Sum(), cap.Cap)}
			}
		}
	}
	return nil
}
