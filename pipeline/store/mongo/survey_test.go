package mongo_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/mongo/document"
	"inlet.example/inlet/pipeline/store/mongo/mongotest"
	"inlet.example/inlet/pipeline/store/mongo/survey"
)

var update = flag.Bool("update", false, "rewrite the wanted surveys")

// surveyed wants a survey of a database to be that of testdata, in a language.
func surveyed(t *testing.T, e *mongo.Engine, lang, name string) {
	t.Helper()
	found, err := e.Survey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := range found {
		survey.Write(&b, lang, &found[i], "updatedAt")
	}
	path := "testdata/survey_" + name + ".txt"
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("survey (-want +got):\n%s", diff)
	}
}

// shop fills a database as an application does.
func (db database) shop(t *testing.T) {
	t.Helper()
	db.makes(t, "customers", "one_org", bson.D{{Key: "orgNo", Value: 1}, {Key: "tenant", Value: 1}}, options.Index().SetUnique(true).SetSparse(true))
	db.makes(t, "customers", "by_city", bson.D{{Key: "address.city", Value: 1}}, options.Index())
	db.makes(t, "people", "changes", bson.D{{Key: "updatedAt", Value: 1}}, options.Index())
	db.plant(t, "customers", bson.D{{Key: "_id", Value: 1.5}, {Key: "companyName", Value: "Lost"}},
		bson.D{{Key: "_id", Value: "c1"}, {Key: "companyName", Value: "Acme"}, {Key: "orgNo", Value: "556000-0001"}, {Key: "name", Value: "a nick"},
			{Key: "address", Value: bson.D{{Key: "street", Value: "Storgatan " + strings.Repeat("1", 99)}, {Key: "zip", Value: "111 22"}, {Key: "city", Value: "Åre"}}}})
	db.plant(t, "people", bson.D{{Key: "_id", Value: 7}, {Key: "customerId", Value: "c1"}, {Key: "fullName", Value: "Anna\x1b[31m"}, {Key: "mail", Value: "anna@exempel.se"}})
	db.plant(t, "orders", bson.D{{Key: "customer", Value: "c1"}, {Key: "sum", Value: 17}}, bson.D{{Key: "name", Value: "x"}})
}

// TestSurveyGuides: pointed at a database for the first time, inlet says which collections it may be about and how to write that.
func TestSurveyGuides(t *testing.T) {
	db := newDatabase(t)
	db.shop(t)
	surveyed(t, open(t, db), "en", "first")
}

// TestSurvey: with the names configured, what is there is described, in Swedish too.
func TestSurvey(t *testing.T) {
	db := newDatabase(t)
	db.shop(t)
	e := open(t, db, mongo.Collections(map[crm.Kind]mongo.Collection{
		crm.Account: {Name: "customers", Names: document.Names{Fields: map[string]string{"name": "companyName", "org_number": "orgNo", "zip": "address.zip", "city": "address.city"}}},
		crm.Contact: {Name: "people", Names: document.Names{Parent: "customerId", Fields: map[string]string{"name": "fullName", "email": "mail"}}}}))
	surveyed(t, e, "en", "named")
	surveyed(t, e, "sv", "named_sv")
}

// TestSurveyOfValidators: the server's validators, as far as they are about what inlet adds. This server has none, so they are told in its place.
func TestSurveyOfValidators(t *testing.T) {
	db := newDatabase(t)
	through := mongotest.New(t, db.uri)
	as := theirs()
	e, err := mongo.Open(t.Context(), through.URI(t, db.uri), mongo.Collections(as))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(t.Context()) })
	schema := func(required bson.A, properties bson.D) bson.D {
		return bson.D{{Key: "$jsonSchema", Value: bson.D{{Key: "bsonType", Value: "object"}, {Key: "required", Value: required},
			{Key: "additionalProperties", Value: false}, {Key: "properties", Value: properties}}}}
	}
	any, object := bson.D{}, func(properties bson.D, more bool) bson.D {
		return bson.D{{Key: "bsonType", Value: "object"}, {Key: "properties", Value: properties}, {Key: "additionalProperties", Value: more}}
	}
	for name, v := range map[string]bson.D{
		"closed":  schema(bson.A{"_id", "companyName", "tenant", "address"}, bson.D{{Key: "companyName", Value: any}}),
		"allowed": schema(bson.A{}, bson.D{{Key: "_inlet", Value: any}, {Key: "audit", Value: object(bson.D{}, true)}}),
		"nested": schema(bson.A{}, bson.D{{Key: "_inlet", Value: bson.D{{Key: "bsonType", Value: bson.A{"object", "null"}}}},
			{Key: "audit", Value: object(bson.D{{Key: "createdAt", Value: bson.D{{Key: "bsonType", Value: "string"}}}}, false)}}),
		"query": {{Key: "companyName", Value: bson.D{{Key: "$exists", Value: true}}}},
	} {
		t.Run(name, func(t *testing.T) {
			through.Answer("listCollections", bson.D{{Key: "ok", Value: 1}, {Key: "cursor", Value: bson.D{{Key: "id", Value: int64(0)}, {Key: "ns", Value: db.Name() + ".$cmd.listCollections"},
				{Key: "firstBatch", Value: bson.A{bson.D{{Key: "name", Value: "customers"}, {Key: "type", Value: "collection"}, {Key: "options", Value: bson.D{{Key: "validator", Value: v}}}}}}}}}, 1)
			surveyed(t, e, "en", "validator_"+name)
		})
	}
}
