package claims

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/sqlite"
)

// TestKilledOnEngines is TestKilledAtEachCall on the databases: at a sample of the calls, at each one where INLET_TEST_DEEP is set.
func TestKilledOnEngines(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(t *testing.T) engine.Engine{"sqlite": onSQLite, "mongo": onMongo} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			step := 6
			if os.Getenv("INLET_TEST_DEEP") != "" {
				step = 1
			}
			for at := 1; ; at += step {
				docs := open(t)
				ended := killed(t, docs, at, at%2 == 0, false)
				inherits(t, docs, time.Sleep)
				if ended || t.Failed() {
					return
				}
			}
		})
	}
}

func onSQLite(t *testing.T) engine.Engine {
	e, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "inlet.db"))
	must(t, err)
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	return e
}

// onMongo opens an empty database on the server that INLET_TEST_MONGODB names, gone when the test ends.
func onMongo(t *testing.T) engine.Engine {
	server := os.Getenv("INLET_TEST_MONGODB")
	if server == "" {
		t.Skip("NOT TESTED: MongoDB. Set INLET_TEST_MONGODB to a server, e.g. mongodb://127.0.0.1:27017/")
	}
	u, err := url.Parse(server)
	must(t, err)
	u.Path = "/inlet_test_claims_" + rand.Text()[:12]
	e, err := mongo.Open(t.Context(), u.String())
	must(t, err)
	t.Cleanup(func() {
		client, err := driver.Connect(options.Client().ApplyURI(server))
		if err == nil {
			ctx := context.Background()
			err = errors.Join(client.Database(u.Path[1:]).Drop(ctx), client.Disconnect(ctx), e.Close(ctx))
		}
		if err != nil {
			t.Error(err)
		}
	})
	return e
}
