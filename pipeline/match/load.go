package match

import (
	"context"
	"slices"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
)

// row is what the parts of a draft say, and the keys by which the account may be found: they are asked for, and looked at, more than once.
type row struct {
	values  crm.Values
	keys    []ruled
	blank   bool // no rule can look it up
	contact crm.Values
}

// load asks the store for all that the rows may hit: one Find per kind by the rules; one per kind for what the rows that hit nothing, or several,
// are looked for by besides (near-duplicates, feed keys, contacts of other accounts); and one ByID per kind where the file gives IDs.
func (m *Matcher) load(ctx context.Context, drafts []ledger.Draft) error {
	m.rows, m.said = make([]row, len(drafts)), m.said[:0]
	var keys []crm.Key
	for i := range drafts {
		if part := &drafts[i].Account; part.Present {
			vs := m.rowValues(part)
			found, blank := m.kinds[crm.Account].of("", vs)
			m.rows[i] = row{values: vs, keys: found, blank: blank}
			keys = bare(keys, m.rows[i].keys)
		}
	}
	if err := m.loadByID(ctx, drafts); err != nil {
		return err
	}
	if err := m.accounts.ask(ctx, keys); err != nil {
		return err
	}
	if err := m.accounts.ask(ctx, m.accountsBesides(drafts)); err != nil {
		return err
	}
	contacts := m.contactKeys(drafts)
	if err := m.contacts.ask(ctx, contacts.keys); err != nil {
		return err
	}
	if err := m.contacts.askIDs(ctx, contacts.born); err != nil {
		return err
	}
	besides := m.feedKeys(m.contacts.unfound(contacts.like), crm.Contact, contacts.like)
	besides, roaming := m.roaming(besides, contacts.each)
	if err := m.contacts.ask(ctx, besides); err != nil {
		return err
	}
	m.contacts.noteCrowds(roaming)
	return m.accounts.askIDs(ctx, m.contacts.accountsOf(roaming))
}

// accountsBesides returns the keys by which rows that hit nothing may yet be like something, and the feed keys of those that may create another.
func (m *Matcher) accountsBesides(drafts []ledger.Draft) []crm.Key {
	some := make([]likely, 0, len(drafts))
	for i := range drafts {
		if part := &drafts[i].Account; part.Present && part.ID == "" {
			some = append(some, likely{"", m.rows[i]})
		}
	}
	return m.feedKeys(m.accounts.unfound(some), crm.Account, some)
}

// likely is a row inside an account, which may be like something there.
type likely struct {
	accountID string
	row
}

// unfound returns the keys of likeness of those rows that nothing in the store hits.
func (o *overlay) unfound(some []likely) []crm.Key {
	if o.keys.near == nil {
		return nil
	}
	var keys []crm.Key
	for _, l := range some {
		if slices.ContainsFunc(l.keys, func(key ruled) bool { return len(o.withHash(key.Hash)) > 0 }) {
			continue
		}
		if key, ok := o.keys.memo.Key(o.keys.near, l.accountID, l.values); ok {
			keys = append(keys, key)
		}
	}
	return keys
}

// roaming adds the keys by which contacts are looked for in every account to those that are asked for: of the rows that hit no contact. It
// returns those alone, too.
func (m *Matcher) roaming(keys []crm.Key, each []seeking) (all, roaming []crm.Key) {
	k := m.kinds[crm.Contact]
	if !k.roams() {
		return keys, nil
	}
	first := len(keys)
	for _, s := range each {
		if !slices.ContainsFunc(s.keys, func(key crm.Key) bool { return m.contacts.known(key.Hash) }) {
			keys = k.roamingKeys(keys, s.values)
		}
	}
	return keys, keys[first:]
}

// accountsOf returns the accounts of the contacts that these keys lead to.
func (o *overlay) accountsOf(keys []crm.Key) []string {
	var accounts []string
	for _, key := range keys {
		for _, e := range o.some(key.Hash) {
			accounts = append(accounts, e.AccountID)
		}
	}
	return accounts
}

func (m *Matcher) loadByID(ctx context.Context, drafts []ledger.Draft) error {
	var accounts, contacts []string
	for i := range drafts {
		accounts = append(accounts, drafts[i].Account.ID, drafts[i].In)
		if drafts[i].Account.Present && m.rows[i].blank {
			accounts = append(accounts, m.bornID(crm.Account, "", m.rows[i].values))
		}
		contacts = append(contacts, drafts[i].Contact.ID)
	}
	if err := m.contacts.askIDs(ctx, contacts); err != nil {
		return err
	}
	for _, id := range contacts {
		if e := m.contacts.withID(id); e != nil {
			accounts = append(accounts, e.AccountID)
		}
	}
	return m.accounts.askIDs(ctx, append(accounts, m.above.ID))
}

// wantedContacts is what the rows' contacts are looked up by.
type wantedContacts struct {
	keys []crm.Key
	like []likely
	born []string  // IDs of what earlier rows like them created
	each []seeking // where contacts are looked for in every account
}

// seeking is a row's contact, and the keys by which it is looked for inside accounts.
type seeking struct {
	values crm.Values
	keys   []crm.Key
}

// contactKeys returns what the rows' contacts are looked up by inside every account that their rows may hit.
func (m *Matcher) contactKeys(drafts []ledger.Draft) wantedContacts {
	var all wantedContacts
	k := m.kinds[crm.Contact]
	above := []string{m.above.ID}
	for i := range drafts {
		d := &drafts[i]
		candidates := above
		if d.In != "" {
			candidates = []string{d.In}
		}
		if d.Account.Present {
			candidates = m.candidates(&d.Account, m.rows[i])
			above = candidates
		}
		if !d.Contact.Present {
			continue
		}
		vs := m.rowValues(&d.Contact)
		m.rows[i].contact = vs
		first := len(all.keys)
		for _, id := range candidates {
			keys, blank := k.of(id, vs)
			all.keys = bare(all.keys, keys)
			if d.Contact.ID == "" {
				all.like = append(all.like, likely{id, row{values: vs, keys: keys}})
			}
			if blank {
				all.born = append(all.born, m.bornID(crm.Contact, id, vs))
			}
		}
		if d.Contact.ID == "" && (len(k.rules) > 0 || len(candidates) == 0) { // C8 creates every time, and warns of nothing
			all.each = append(all.each, seeking{vs, all.keys[first:]})
		}
	}
	return all
}

// candidates returns the accounts of the store that a row may hit. Where it hits several, only that which a row like it created can be
// meant (A8, W13).
func (m *Matcher) candidates(part *ledger.Part, r row) []string {
	if part.ID != "" {
		return []string{part.ID}
	}
	several := r.blank
	var ids []string
	for _, key := range r.keys {
		hits := m.accounts.withHash(key.Hash)
		if len(hits) == 1 && !slices.Contains(ids, hits[0].ID) {
			ids = append(ids, hits[0].ID)
		}
		several = several || len(hits) > 1
	}
	if several {
		if born := m.bornID(crm.Account, "", r.values); born != "" && !slices.Contains(ids, born) {
			return append(ids, born)
		}
		if key, ok := m.kinds[crm.Account].feedKey("", r.values); ok && m.mayCreate(m.accounts, r.keys) {
			if e := m.accounts.fed(key); e != nil && !slices.Contains(ids, e.ID) {
				ids = append(ids, e.ID)
			}
		}
	}
	return ids
}

// rowValues returns the cells of a part as the record they describe; a contact's name is made of its parts where it stands in no column.
// They are gone when the next batch is loaded.
func (m *Matcher) rowValues(part *ledger.Part) crm.Values {
	room := len(part.Cells) + 1 // for the name
	if cap(m.said)-len(m.said) < room {
		m.said = make(crm.Values, 0, max(2*cap(m.said), 64*room))
	}
	start := len(m.said)
	vs := part.AppendValues(m.said[start : start : start+room])
	m.said = m.said[:start+room]
	nameFromParts(part, &vs)
	return vs
}

// nameFromParts makes a contact's name of first and last name where only those are mapped (section 6).
func nameFromParts(part *ledger.Part, vs *crm.Values) {
	if !madeOfParts(part) {
		return
	}
	first, last := vs.Of("first_name").Text(), vs.Of("last_name").Text()
	if name := crm.Trim(first + " " + last); name != "" {
		vs.Set("name", crm.TextValue(name))
	}
}

func madeOfParts(part *ledger.Part) bool {
	if part.Kind != crm.Contact {
		return false
	}
	parts := false
	for i := range part.Cells {
		switch part.Cells[i].Column.Field.Name {
		case "name":
			return false
		case "first_name", "last_name":
			parts = true
		}
	}
	return parts
}
