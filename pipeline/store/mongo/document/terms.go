package document

import (
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
)

// The paths of the terms that people find a document by, and of what they were made of.
const (
	TermsPath = own + ".find"
	foundPath = own + ".found"
)

// Terms returns the update that gives a document its terms, which were made of these values.
func Terms(l *Layout, terms []string, from crm.Values) (bson.D, error) {
	var found bson.D
	for _, p := range from {
		if l.Check(p.Field) != nil {
			continue
		}
		v, err := BSON(p.Value)
		if err != nil {
			return nil, err
		}
		put(&found, l.Path(p.Field), v)
	}
	all := make(bson.A, len(terms))
	for i, term := range terms {
		all[i] = term
	}
	return bson.D{{Key: "$set", Value: bson.D{{Key: TermsPath, Value: all}, {Key: foundPath, Value: orEmpty(found)}}}}, nil
}

// StaleTerms is true of documents that have no terms, or in which one of these fields has changed since they got them.
func StaleTerms(l *Layout, fields []string) bson.D {
	conditions := bson.A{bson.D{{Key: "$ne", Value: bson.A{bson.D{{Key: "$type", Value: "$" + foundPath}}, "object"}}}}
	for _, field := range fields {
		if l.Check(field) == nil {
			path := l.Path(field)
			conditions = append(conditions, bson.D{{Key: "$ne", Value: bson.A{"$" + path, "$" + foundPath + "." + path}}})
		}
	}
	return bson.D{{Key: "$or", Value: conditions}}
}

// TermBegins is true of documents with a term that begins with a text.
func TermBegins(begins string) bson.D {
	return bson.D{{Key: TermsPath, Value: bson.D{{Key: "$regex", Value: bson.Regex{Pattern: "^" + quoted(begins)}}, {Key: "$exists", Value: true}}}}
}

// quoted is a text as a pattern that matches it alone.
func quoted(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune(`\.+*?()|[]{}^$-#&~/`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
