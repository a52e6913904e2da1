package survey

import (
	"context"
	"maps"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/mongo/document"
)

// Likely is a collection that may have the records of a kind.
type Likely struct {
	Name      string
	Documents int64
	Fields    map[string]string // paths by the names of fields, those only that differ
	Parent    string            // the path of the parent's _id, if it differs from inlet's
}

// usual are the names that applications have for fields, in small letters without anything between their words.
var usual = map[crm.Kind]map[string][]string{
	crm.Account: {
		"name":       {"companyname", "customername", "name", "company", "organisation", "organization", "foretag", "företag", "kund", "kundnamn", "bolag", "displayname"},
		"org_number": {"orgnumber", "orgno", "orgnr", "organisationnumber", "organizationnumber", "organisationsnummer", "vat", "vatno", "vatnumber", "companynumber", "registrationnumber"},
		"email":      {"email", "mail", "emailaddress", "epost"},
		"phone":      {"phone", "telephone", "tel", "phonenumber", "telefon"},
		"website":    {"website", "homepage", "web", "url"},
		"address":    {"address", "street", "streetaddress", "address1", "line1", "adress", "gatuadress"},
		"zip":        {"zip", "zipcode", "postcode", "postalcode", "postnr", "postnummer"},
		"city":       {"city", "town", "ort", "postort"},
		"country":    {"country", "countrycode", "land"},
	},
	crm.Contact: {
		"name":       {"fullname", "contactname", "name", "displayname", "namn"},
		"first_name": {"firstname", "givenname", "fornamn", "förnamn"},
		"last_name":  {"lastname", "surname", "familyname", "efternamn"},
		"email":      {"email", "mail", "emailaddress", "epost"},
		"phone":      {"phone", "telephone", "tel", "phonenumber", "telefon"},
		"mobile":     {"mobile", "mobilephone", "cell", "cellphone", "mobil"},
		"title":      {"title", "jobtitle", "position", "role", "titel", "befattning"},
	},
}

// pointers are usual names of the account that a contact belongs to.
var pointers = []string{"accountid", "customerid", "companyid", "clientid", "organisationid", "organizationid", "account", "customer", "company", "kundid", "foretagid", "kund"}

// others returns the collections that may be an application's.
func others(all map[string]bson.Raw, places []Place) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		taken := slices.ContainsFunc(places, func(p Place) bool { return p.Collection.Name() == name })
		if !taken && !strings.HasPrefix(name, "inlet_") && !strings.HasPrefix(name, "system.") {
			names = append(names, name)
		}
	}
	return names
}

// likely returns the collection that looks most like one of a kind; nil where none does.
func likely(ctx context.Context, db *driver.Database, kind crm.Kind, names []string) (*Likely, error) {
	var best *Likely
	most := 0
	for _, name := range names {
		const sample = 20
		docs, err := newest(ctx, db.Collection(name), sample)
		if err != nil {
			return nil, err
		}
		l, score := guess(kind, docs)
		if score <= most {
			continue
		}
		if l.Documents, err = db.Collection(name).CountDocuments(ctx, bson.D{}); err != nil {
			return nil, err
		}
		l.Name, best, most = name, l, score
	}
	return best, nil
}

// guess returns where documents have the fields of a kind, and how much they look like it; 0: not at all.
func guess(kind crm.Kind, docs []bson.Raw) (*Likely, int) {
	paths := map[string]bson.RawValue{}
	for _, doc := range docs {
		collect(doc, "", paths)
	}
	l := &Likely{Fields: map[string]string{}}
	found := map[string]bool{}
	for field, words := range usual[kind] {
		if path := bestPath(paths, words, func(v bson.RawValue) bool { return v.Type == bson.TypeString }); path != "" {
			found[field] = true
			if path != field {
				l.Fields[field] = path
			}
		}
	}
	pointer := bestPath(paths, pointers, document.IsID)
	people := bestPath(paths, peopleWords(), isText) != ""
	identifier, _ := kind.Identifier()
	score := len(found)
	switch {
	case kind.Parent() == "" && (!found["name"] || people || score < 2 || pointer != "" && !found[identifier]):
		return l, 0
	case kind.Parent() == "" && found[identifier]:
		return l, score + 2
	case kind.Parent() != "" && (!found[identifier] && !people || pointer == "" && !people):
		return l, 0
	}
	if kind.Parent() != "" && pointer != kind.ParentField() {
		l.Parent = pointer
	}
	return l, score
}

// peopleWords are the usual names of what the names of people are made of.
func peopleWords() []string {
	var all []string
	for _, kind := range crm.Kinds {
		for _, part := range kind.NameParts() {
			all = append(all, usual[kind][part]...)
		}
	}
	return all
}

func isText(v bson.RawValue) bool { return v.Type == bson.TypeString }

// bestPath returns the path whose last step is the first of these words that is there, outside of objects before inside.
func bestPath(paths map[string]bson.RawValue, words []string, fits func(bson.RawValue) bool) string {
	for _, word := range words {
		best := ""
		for _, path := range slices.Sorted(maps.Keys(paths)) {
			if fits(paths[path]) && plain(path[strings.LastIndexByte(path, '.')+1:]) == word && (best == "" || strings.Count(path, ".") < strings.Count(best, ".")) {
				best = path
			}
		}
		if best != "" {
			return best
		}
	}
	return ""
}

func plain(name string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name))
}

// collect notes the paths of a document and what is there, down to what is in an object in an object.
func collect(doc bson.Raw, prefix string, into map[string]bson.RawValue) {
	elements, _ := doc.Elements()
	for _, e := range elements {
		path, v := prefix+e.Key(), e.Value()
		if document.Own(path) {
			continue
		}
		if inner, ok := v.DocumentOK(); ok && strings.Count(path, ".") < 2 {
			collect(inner, path+".", into)
		} else if _, known := into[path]; !known && v.Type != bson.TypeNull {
			into[path] = v
		}
	}
}
