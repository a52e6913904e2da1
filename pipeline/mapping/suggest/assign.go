package suggest

import (
	"cmp"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/mapping/suggest/spoken"
	"inlet.example/inlet/pipeline/message"
)

// claim is a column and one of the fields that it may be.
type claim struct{ column, guess int }

// tiedSure is how sure a column is at most where another one is as likely to be its field.
const tiedSure = 70

// assignFields gives each field to the column that is most certainly it, and each column the surest field that is left.
func assignFields(columns []Proposal) {
	var claims []claim
	for i := range columns {
		for j := range columns[i].guesses {
			claims = append(claims, claim{i, j})
		}
	}
	of := func(cl claim) *guess { return &columns[cl.column].guesses[cl.guess] }
	slices.SortStableFunc(claims, func(a, b claim) int {
		return cmp.Or(of(b).sure-of(b).late-(of(a).sure-of(a).late), of(a).late-of(b).late)
	})
	owner, late, lost := map[*crm.Field]*Proposal{}, map[*Proposal]int{}, map[*Proposal]bool{}
	tied := map[*Proposal]bool{}
	for _, cl := range claims {
		c, g := &columns[cl.column], of(cl)
		if c.Field != nil || lost[c] || g.sure < sureEnough {
			continue
		}
		other := owner[g.field]
		switch {
		case other == nil:
			owner[g.field], late[c] = c, g.late
			c.Field, c.Confidence, c.Why, c.Unsure = g.field, g.sure, g.why, g.unsure
			c.More = slices.Clone(g.more)
		case other.Confidence == g.sure && late[other] == g.late:
			// As likely: to give this one what is left would be to guess which is which.
			lost[c], tied[c], tied[other] = true, true, true
			other.Unsure = true
			other.More = append(other.More, message.Say("column %s is equally likely", c.Letter))
			c.leave(*g, message.Say("column %s is equally likely and comes first", other.Letter))
		case cl.guess == 0:
			c.leave(*g, message.Say("column %s is more likely", other.Letter))
		}
	}
	for c := range tied {
		c.Confidence = min(c.Confidence, tiedSure)
	}
	for i := range columns {
		if c := &columns[i]; c.Field == nil && c.Confidence == 0 && len(c.guesses) > 0 {
			c.leave(c.guesses[0], message.Say("the confidence is too low"))
		}
	}
}

// leave notes what a column could have been.
func (c *Proposal) leave(g guess, why message.Text) {
	c.Confidence, c.Why, c.Unsure = g.sure, message.Say("may be %s", spoken.Field(g.field)), true
	c.More = append([]message.Text{why, g.why}, g.more...)
}

// WantsNumber reports whether the column has the customer's number in another system, for which there is no field yet.
func (c *Proposal) WantsNumber() bool { return c.number }

func (c *Proposal) sort() {
	slices.SortStableFunc(c.guesses, func(a, b guess) int { return b.sure - a.sure })
}

// question asks about a column that is left out although it has values.
func (c *Proposal) question(rows int) {
	switch {
	case c.Field != nil || blank(c.evidence):
		return
	case c.reason != nil:
		c.Why = *c.reason
	case c.Confidence > 0: // it says what it could be
	case c.sense.Stop != "":
		c.Why = message.Say("the heading is about something else: %s", c.sense.Stop)
	default:
		c.Why = message.Say("the heading was not recognised")
	}
	c.Unsure = true
	c.More = append(c.More, message.Say("%s of %s rows have a value: should the column be left out?", c.evidence.Filled, rows))
}
