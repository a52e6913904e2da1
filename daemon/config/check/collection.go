package check

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"inlet.example/inlet/daemon/config"
)

// CollectionForm is a name of a collection, PathForm the path of a field in a document, TimeForm one that may be off, and CollectionFieldForm the name
// of a field of the CRM.
var (
	CollectionForm      = regexp.MustCompile(`^[^$\x00]+$`)
	PathForm            = regexp.MustCompile(`^[^.$\x00][^.\x00]*(\.[^.$\x00][^.\x00]*)*$`)
	TimeForm            = regexp.MustCompile(`^-$|` + PathForm.String())
	CollectionFieldForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$|^custom\.[a-z][a-z0-9_]{0,62}$`)
)

// checkCollections wants collections with MongoDB only, and each thing of a record at a path of its own.
func checkCollections(ck *Checker, key string, s config.Store, own []config.Field) {
	if path, ok := s.Embedded(); ok {
		for _, kind := range config.KindNames {
			c := s.Collections.Of(kind)
			if c.ID != config.IDWords[0] || c.Fields != nil || c.Search || c.Name+c.Parent+c.Created+c.Modified+c.Changed != "" {
				ck.Wrong(key, "the names of another application are for a store in MongoDB, and the store is the file %s; write uri: mongodb://HOST/DATABASE, or remove the key", path)
				return
			}
		}
	}
	taken := map[string]string{} // kinds by their collections
	for _, kind := range config.KindNames {
		c := s.Collections.Of(kind)
		checkCollection(ck, key+"."+kind, kind, *c, own)
		if other, is := taken[c.Name]; is && c.Name != "" {
			ck.Wrong(key+"."+kind+".name", "%q has the %ss already; %ss in the same collection, or inside the documents of their %ss, are not supported", c.Name, other, kind, other)
		}
		taken[c.Name] = kind
	}
}

func checkCollection(ck *Checker, key, kind string, c config.Collection, own []config.Field) {
	if name := c.Name; name != "" && (!CollectionForm.MatchString(name) || strings.HasPrefix(name, "inlet_") || strings.HasPrefix(name, "system.")) {
		ck.Wrong(key+".name", "%q cannot be used as a collection of records; write the name of the application's collection", name)
	}
	oneOf(ck, key+".id", c.ID, config.IDWords...)
	parent := config.ParentOf(kind)
	if parent == "" && c.Parent != "" {
		ck.Wrong(key+".account", "an %s does not belong to an account; write it below contact", kind)
	}
	p := placing{Checker: ck, taken: map[string]config.Phrase{"_id": config.Say("the ID"), "_inlet": config.Say("inlet's own data")}}
	if parent != "" {
		p.put(key+".account", "the "+parent+" of a "+kind, c.Parent, parent+"_id")
	}
	p.time(key+".created", "created", c.Created)
	p.time(key+".modified", "modified", c.Modified)
	if c.Changed != "" && !PathForm.MatchString(c.Changed) {
		ck.Wrong(key+".changed", "%q is not the path of a field; write e.g. updatedAt", c.Changed)
	}
	known := p.fields(kind, own)
	for _, field := range slices.Sorted(maps.Keys(c.Fields)) {
		at := key + ".fields." + field
		switch {
		case !CollectionFieldForm.MatchString(field), ck.KnownFields != nil && !strings.HasPrefix(field, "custom.") && !slices.Contains(known, field):
			ck.Wrong(at, "%q is not a field of the CRM; %s", field, config.DidYouMean(field, known))
		default:
			p.put(at, field, c.Fields[field], "")
		}
	}
	for _, field := range known {
		if _, mapped := c.Fields[field]; !mapped {
			p.free(key+".fields", field)
		}
	}
}

// placing is where the documents of a collection have things.
type placing struct {
	*Checker
	taken map[string]config.Phrase // what is there, by path
}

// fields returns the names of the fields of a kind, the site's own among them.
func (p *placing) fields(kind string, own []config.Field) []string {
	names := slices.Clone(p.KnownFields[kind])
	for _, f := range own {
		if name, ok := strings.CutPrefix(f.Field, kind+"."); ok {
			names = append(names, name)
		}
	}
	return names
}

func (p *placing) time(key, name, path string) {
	if path != config.Off {
		p.put(key, name, path, name)
	}
}

// put notes what is at a path, or usually is, unless something else is there, in it or around it.
func (p *placing) put(key, what, path, usual string) {
	if path == "" && usual == "" || path != "" && !PathForm.MatchString(path) {
		p.Wrong(key, "%q is not the path of a field; write e.g. address.zip", path)
		return
	}
	if path == "" {
		path = usual
	}
	for _, other := range slices.Sorted(maps.Keys(p.taken)) {
		switch {
		case other == path:
			p.Wrong(key, "%s and %s cannot both be stored in %s; give one of them another path", what, p.taken[other], path)
		case inside(path, other) || inside(other, path):
			p.Wrong(key, "%s in %s and %s in %s cannot both be stored, because one is inside the other; change one of the paths", what, path, p.taken[other], other)
		default:
			continue
		}
		return
	}
	p.taken[path] = config.Say(what)
}

// free wants a field that is not named to have its own name for itself. One that would be an object in the documents is not a mistake here: such an object
// is never overwritten, and inlet check says so.
func (p *placing) free(key, field string) {
	what, taken := p.taken[field]
	if taken {
		p.Wrong(key, "%s is stored in %s, which is also the name of another field; write where that one is, e.g. {%s: %s}", what, field, field, "other_"+strings.TrimPrefix(field, "custom."))
	}
}

func inside(path, object string) bool { return strings.HasPrefix(path, object+".") }
