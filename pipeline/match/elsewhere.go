package match

import (
	"context"
	"slices"
	"strings"

	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
)

// Contacts are looked for inside the account of their row. Two things look into the other accounts (W12): the warning that a new contact's
// e-mail address or mobile number is that of another contact, and, where the mapping says contact_scope: anywhere, matching itself. Both ask the
// store together with the keys of near-duplicates: one Find for each batch that has contacts to create.

// Elsewhere is the Rule of a change of a contact that was found in another account than its row's, or that its row's account was found by.
const Elsewhere = "W12"

// identifying says that a field of contacts means one person wherever that person works.
func identifying(t crm.Ticked) bool {
	return t.Field == "email" || t.Field == "mobile" || t.Type == crm.ID
}

// roam makes the rules that look into every account. A rule that no region matters to has none, so that all mappings share its keys.
func (k *keys) roam(schema *crm.Schema, policy *ledger.Policy) {
	if k.kind != crm.Contact {
		return
	}
	if policy.WarnElsewhere {
		for _, name := range []string{"email", "mobile"} {
			if field := schema.Field("contact." + name); field != nil {
				k.same = append(k.same, regional(crm.Rule{Kind: k.kind, Ticked: []crm.Ticked{{Field: name, Type: field.Type}}, Region: policy.Region, Anywhere: true}))
			}
		}
	}
	for i, rule := range k.rules {
		if policy.ContactScope == ledger.ScopeAnywhere && slices.ContainsFunc(rule.Ticked, identifying) {
			rule.Anywhere = true
			k.anywhere = append(k.anywhere, regional(rule))
			k.anywhereOf = append(k.anywhereOf, i)
		}
	}
}

func regional(rule crm.Rule) crm.Rule {
	if !slices.ContainsFunc(rule.Ticked, func(t crm.Ticked) bool { return t.Type == crm.Phone || t.Type == crm.OrgNumber }) {
		rule.Region = ""
	}
	return rule
}

// roamingKeys adds what a row's contact is looked for by in every account. Only the hash is asked by.
func (k *keys) roamingKeys(to []crm.Key, vs crm.Values) []crm.Key {
	for _, rules := range [2][]crm.Rule{k.anywhere, k.same} {
		for i := range rules {
			if hash := k.memo.Hash(&rules[i], "", vs); hash != 0 && k.crowds[hash] == nil {
				to = append(to, crm.Key{Hash: hash})
			}
		}
	}
	return to
}

// roams says whether anything is looked for in every account.
func (k *keys) roams() bool { return len(k.anywhere)+len(k.same) > 0 }

// searchAnywhere is search over all accounts but this one, by the rules that may.
func (m *Matcher) searchAnywhere(ctx context.Context, but string, vs crm.Values) (search, error) {
	k := m.kinds[crm.Contact]
	found := search{ticked: true}
	if len(k.anywhere) == 0 {
		return found, nil
	}
	if err := m.contacts.ask(ctx, k.roamingKeys(nil, vs)); err != nil {
		return found, err
	}
	for n := range k.anywhere {
		rule, i := &k.anywhere[n], k.anywhereOf[n]
		var hits []*entry
		for _, e := range m.contacts.others(rule, but, vs) {
			if agrees(k.rules[:i], vs, e.Values) {
				hits = append(hits, e)
			}
		}
		if m.settles(&found, hits, &k.rules[i]) {
			break
		}
	}
	return found, nil
}

// others returns the contacts outside an account that the row means by the rule, in the order of creation.
func (o *overlay) others(rule *crm.Rule, but string, vs crm.Values) []*entry {
	hash := o.keys.memo.Hash(rule, "", vs)
	if hash == 0 || !o.known(hash) && o.keys.crowds[hash] == nil { // nearly always
		return nil
	}
	key, _ := o.keys.memo.Key(rule, "", vs)
	var found []*entry
	for _, e := range o.some(hash) {
		if (but == "" || e.AccountID != but) && o.keys.memo.Is(rule, "", e.Values, key.Text) {
			found = append(found, e)
		}
	}
	slices.SortFunc(found, inOrder)
	return found
}

// crowd is how many records with one key are looked at across accounts. An address like info@ or a switchboard's number may stand in tens of
// thousands of contacts: each row would be compared with all of them, and each batch would fetch them.
const crowd = 200

// some returns records that may have a key of this hash: all of them, or as many as are looked at.
func (o *overlay) some(hash int64) []*entry {
	found := slices.Clone(o.keys.crowds[hash])
	take := func(list []*entry, ours bool) {
		for _, e := range list {
			if len(found) >= 2*crowd {
				return
			}
			if (e.ours || !ours) && !slices.ContainsFunc(found, func(other *entry) bool { return other.ID == e.ID }) {
				found = append(found, e)
			}
		}
	}
	take(o.byHash[hash], false)
	for _, b := range o.below {
		take(b.byHash[hash], true)
	}
	return found
}

// noteCrowds keeps some records of each key that very many have: the store is not asked for it again.
func (o *overlay) noteCrowds(keys []crm.Key) {
	for _, key := range keys {
		if all := o.byHash[key.Hash]; len(all) > crowd && o.keys.crowds[key.Hash] == nil {
			o.keys.crowds[key.Hash] = slices.Clone(all[:crowd])
		}
	}
}

// foundElsewhere decides a contact that is not in its row's account and is in another one; false where it is in none.
func (m *Matcher) foundElsewhere(ctx context.Context, d *ledger.Draft, part *ledger.Part, accountID string, vs crm.Values) (verdict, bool, error) {
	found, err := m.searchAnywhere(ctx, accountID, vs)
	switch {
	case err != nil || found.none():
		return verdict{}, false, err
	case found.hit == nil:
		v, err := m.many(ctx, d, part, accountID, vs, found.many)
		return v, true, err
	case m.policy.Elsewhere == ledger.ElsewhereReject:
		where, err := m.listedWithAccounts(ctx, []*entry{found.hit})
		v := m.reject(d, Elsewhere, ledger.Elsewhere, "", message.Say("this contact already exists in another account (%s): correct the row's account, "+
			"or write elsewhere: update or elsewhere: move in the mapping", where))
		v.problems[0].Candidates = []string{found.hit.ID}
		return v, true, err
	case m.policy.Mode == ledger.CreateOnly:
		return m.exists(d, part, Elsewhere, found.hit), true, nil
	}
	v := verdict{by: Elsewhere, action: ledger.Update, rec: found.hit, rule: found.rule}
	if m.policy.Elsewhere == ledger.ElsewhereMove {
		v.moveTo = accountID
	}
	return v, true, nil
}

// accountOfContact finds the account of a row that has no account part by its contact (A0): under contact_scope: anywhere it is the one that the
// contact is in. With fill_down a hit in the account of the row above comes first. False where the contact does not say which.
func (m *Matcher) accountOfContact(ctx context.Context, d *ledger.Draft, vs crm.Values) (verdict, bool, error) {
	above := ""
	if m.policy.FillDown && !m.retried {
		above = m.above.ID
	}
	if above != "" {
		keys, _ := m.kinds[crm.Contact].of(above, vs)
		inside, err := m.search(ctx, crm.Contact, above, vs, keys)
		if err != nil || !inside.none() {
			return verdict{}, false, err
		}
	}
	found, err := m.searchAnywhere(ctx, above, vs)
	switch {
	case err != nil || found.none():
		return verdict{}, false, err
	case found.hit == nil && above == "" && m.policy.Ambiguous == ledger.AmbiguousPark:
		return m.ambiguous(d, &d.Contact, "A0", ledger.Park, found.many), true, nil
	case found.hit == nil && above == "" && m.policy.Ambiguous == ledger.AmbiguousReject:
		return m.ambiguous(d, &d.Contact, "A0", ledger.Reject, found.many), true, nil
	case found.hit == nil:
		return verdict{}, false, nil
	}
	if err := m.accounts.askIDs(ctx, []string{found.hit.AccountID}); err != nil {
		return verdict{}, false, err
	}
	account := m.accounts.withID(found.hit.AccountID)
	return verdict{by: "A0", rec: account, contact: &found}, account != nil, nil
}

// warnElsewhere adds to the verdict of a new contact that its e-mail address or mobile number is that of contacts in other accounts.
func (m *Matcher) warnElsewhere(ctx context.Context, d *ledger.Draft, part *ledger.Part, accountID string, vs crm.Values, v *verdict) error {
	k := m.kinds[crm.Contact]
	if v.action != ledger.Create || len(k.same) == 0 {
		return nil
	}
	if err := m.contacts.ask(ctx, k.roamingKeys(nil, vs)); err != nil {
		return err
	}
	var like []*entry
	var columns []string
	at := d.Ref
	for i := range k.same {
		others := m.contacts.others(&k.same[i], accountID, vs)
		if len(others) == 0 {
			continue
		}
		c := columnOf(part, k.same[i].Ticked[0].Field)
		if columns = append(columns, c.Heading); len(columns) == 1 {
			at.Column = c.Letter
		}
		for _, e := range others {
			if !contains(like, e) {
				like = append(like, e)
			}
		}
	}
	if len(like) == 0 {
		return nil
	}
	where, err := m.listedWithAccounts(ctx, like)
	v.problems = append(v.problems, ledger.Problem{Ref: at, Code: ledger.Elsewhere, Warning: true, Candidates: ids(like),
		Text: message.Say("the contact was created although another account has a contact with the same %s (%s): check whether they are the same person",
			strings.Join(columns, ", "), where)})
	return err
}

// listedWithAccounts writes up to five contacts with their names, those of their accounts, and their IDs.
func (m *Matcher) listedWithAccounts(ctx context.Context, contacts []*entry) (string, error) {
	if len(contacts) > 5 {
		return listed(contacts), nil
	}
	var accounts []string
	for _, e := range contacts {
		accounts = append(accounts, e.AccountID)
	}
	if err := m.accounts.askIDs(ctx, accounts); err != nil {
		return "", err
	}
	var all []string
	for _, e := range contacts {
		account := ""
		if is := m.accounts.withID(e.AccountID); is != nil {
			account = title(is.Values)
		}
		words := slices.DeleteFunc([]string{title(e.Values), account, e.ID}, func(word string) bool { return word == "" })
		all = append(all, strings.Join(words, " · "))
	}
	return strings.Join(all, ", "), nil
}
