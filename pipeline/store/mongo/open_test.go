package mongo_test

import (
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
	"inlet.example/inlet/pipeline/store/mongo"
)

func TestUnreachable(t *testing.T) {
	_, err := mongo.Open(t.Context(), "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200")
	if err == nil || !strings.HasPrefix(err.Error(), "reach MongoDB at 127.0.0.1:1: check that it is running there") {
		t.Errorf("error: %v", err)
	}
}

// Nobody's password ends in a log, however wrong the address is.
func TestErrorsDoNotShowThePassword(t *testing.T) {
	for _, uri := range []string{
		"mongodb://ann:s3cret@127.0.0.1:1/crm?serverSelectionTimeoutMS=100",
		"mongodb://ann:s3cret%zz@127.0.0.1:1/crm",
		"mongodb://ann:s3cret@x@127.0.0.1:1/crm",
		"mongodb://ann:s3cret/x@127.0.0.1:1/crm",
		"mongodb://ann:s3cret?x@127.0.0.1:1/crm?serverSelectionTimeoutMS=100",
		"mongodb://ann:a:s3cret@127.0.0.1:1/crm",
		"mongodb://ann:s3cret",
		"mongodb://ann:s3cret/crm",
		"mongodb://ann:12s3cret/crm",
		"mongodb://ann:s3cret@/crm",
		"mongodb://ann:s3cret@127.0.0.1:port/crm",
		"mongodb://ann:s3cret@127.0.0.1:1/crm?w=-1",
		"mongodb://ann:s3cret@127.0.0.1:1/crm?authMechanism=s3cret",
		"mongodb://127.0.0.1:1/crm?tls=true&tlsCertificateKeyFile=/none&tlsCertificateKeyFilePassword=s3cret%zz",
		"mongodb://ann@127.0.0.1:1/?authMechanism=MONGODB-AWS&authMechanismProperties=AWS_SESSION_TOKEN:s3cret",
		"mongodb+srv://ann:s3cret@127.0.0.1:1/crm",
		"mongo://ann:s3cret@127.0.0.1:1/crm",
		"ann:s3cret@127.0.0.1:1",
	} {
		e, err := mongo.Open(t.Context(), uri)
		if err == nil {
			e.Close(t.Context())
			t.Errorf("%s is opened", uri)
		} else if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", uri, err)
		}
		t.Log(err)
	}
}

// Daemons that start together make the same indexes at once.
func TestManyOpenAtOnce(t *testing.T) {
	db := newDatabase(t)
	var g errgroup.Group
	for range 8 {
		g.Go(func() error {
			e, err := mongo.Open(t.Context(), db.uri)
			if err != nil {
				return err
			}
			return e.Close(t.Context())
		})
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
}
