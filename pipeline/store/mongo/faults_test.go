package mongo_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/store/engine"
	"inlet.example/inlet/pipeline/store/mongo"
	"inlet.example/inlet/pipeline/store/mongo/mongotest"
)

// failed is what a server answers to a command that it does not carry out.
func failed(code int, labels ...string) bson.D {
	return bson.D{{Key: "ok", Value: 0}, {Key: "code", Value: code}, {Key: "errmsg", Value: "no"}, {Key: "errorLabels", Value: labels}}
}

func isWorld(err error) bool {
	_, ok := errors.AsType[*ledger.Temporary](err)
	return ok
}

func isDenied(err error) bool {
	_, ok := errors.AsType[*ledger.Denied](err)
	return ok
}

// answered opens an engine by way of a proxy that answers in the server's place.
func answered(t *testing.T, options string) (*mongo.Engine, *mongotest.Proxy) {
	t.Helper()
	db := newDatabase(t)
	p := mongotest.New(t, db.uri)
	e, err := mongo.Open(t.Context(), p.URI(t, db.uri)+options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) })
	return e, p
}

// TestWhoseFaultAnAnswerIs: of each command that the engine sends, and of single writes. An answer that passes is asked for again by the driver,
// until the time is out.
func TestWhoseFaultAnAnswerIs(t *testing.T) {
	e, p := answered(t, "&timeoutMS=1500")
	write := func() error {
		_, err := e.Write(t.Context(), crm.Account, []engine.Write{{New: true, ID: id(1), Seq: 1, Mark: 1, At: at}})
		return err
	}
	calls := []struct {
		command string
		call    func() error
	}{
		{"insert", write},
		{"find", func() error {
			_, err := e.Refresh(t.Context(), crm.Account, engine.Refresh{Hashes: func(*crm.Record) []int64 { return nil }})
			return err
		}},
		{"find", func() error { _, err := e.Find(t.Context(), crm.Account, []int64{1}); return err }},
		{"aggregate", func() error { _, err := e.Children(t.Context(), crm.Contact, []string{id(1)}); return err }},
		{"insert", func() error {
			_, err := e.Insert(t.Context(), engine.Meta, engine.Doc{ID: "x", Order: "x"})
			return err
		}},
		{"update", func() error { _, err := e.Swap(t.Context(), engine.Meta, engine.Doc{ID: "x", Order: "x"}); return err }},
		{"find", func() error { _, _, err := e.Load(t.Context(), engine.Meta, "x"); return err }},
		{"find", func() error { _, err := e.Range(t.Context(), engine.Meta, engine.Range{Limit: 1}); return err }},
	}
	for i, c := range calls {
		for code, is := range map[int]func(error) bool{13: isDenied, 18: isDenied, 14031: isWorld, 50: isWorld} {
			p.Answer(c.command, failed(code), 1)
			if err := c.call(); err == nil || !is(err) {
				t.Errorf("%s (%d) is answered with %d: %v", c.command, i, code, err)
			}
		}
		p.Answer(c.command, failed(999), 1)
		if err := c.call(); err == nil || isWorld(err) || isDenied(err) {
			t.Errorf("%s (%d) is answered with an unknown code: %v", c.command, i, err)
		}
	}
	concern := bson.D{{Key: "ok", Value: 1}, {Key: "n", Value: 1}, {Key: "writeConcernError", Value: bson.D{{Key: "code", Value: 64}, {Key: "errmsg", Value: "late"}}}}
	p.Answer("insert", concern, 1)
	if err := write(); !isWorld(err) {
		t.Errorf("a write concern is not met: %v", err)
	}
	one := func(code int) bson.D {
		return bson.D{{Key: "ok", Value: 1}, {Key: "n", Value: 0}, {Key: "writeErrors", Value: bson.A{bson.D{{Key: "index", Value: 0}, {Key: "code", Value: code}, {Key: "errmsg", Value: "secret"}}}}}
	}
	for code, is := range map[int]func(error) bool{91: isWorld, 14031: isWorld, 13: isDenied, 999: func(err error) bool { return !isWorld(err) && !isDenied(err) }} {
		p.Answer("insert", one(code), 1)
		if err := write(); err == nil || !is(err) || strings.Contains(err.Error(), "secret") {
			t.Errorf("a write is refused with %d: %v", code, err)
		}
	}
	for _, code := range []int{91, 10107} { // the driver takes the server for gone, and looks for it each time
		p.Answer("find", failed(code), 1000)
		if err := calls[2].call(); !isWorld(err) {
			t.Errorf("find is answered with %d: %v", code, err)
		}
	}
}

// TestValidator: servers that have none let everything through, so what MongoDB answers is put in.
func TestValidator(t *testing.T) {
	e, p := answered(t, "")
	rule := bson.D{{Key: "operatorName", Value: "$jsonSchema"}, {Key: "schemaRulesNotSatisfied", Value: bson.A{
		bson.D{{Key: "operatorName", Value: "properties"}, {Key: "propertiesNotSatisfied", Value: bson.A{bson.D{{Key: "propertyName", Value: "zip"},
			{Key: "details", Value: bson.A{bson.D{{Key: "operatorName", Value: "pattern"}, {Key: "consideredValue", Value: bson.D{{Key: "propertyName", Value: "secret"}}}}}}}}}},
		bson.D{{Key: "operatorName", Value: "required"}, {Key: "missingProperties", Value: bson.A{"country"}}}}}}
	p.Answer("insert", bson.D{{Key: "ok", Value: 1}, {Key: "n", Value: 1}, {Key: "writeErrors", Value: bson.A{bson.D{{Key: "index", Value: 0}, {Key: "code", Value: 121},
		{Key: "errInfo", Value: bson.D{{Key: "details", Value: rule}}}, {Key: "errmsg", Value: "Document failed validation"}}}}}, 1)
	writesAll(t, e, []engine.Result{unfit(engine.Unfit{Reason: engine.Forbidden, Code: 121, Fields: []string{"zip", "country"}}), engine.Written},
		creates(1, vals("name", "a", "zip", "x")), creates(2, vals("name", "b")))
}

// TestKeysRefused: documents that a validator does not let be given keys keep no other from getting them, unless they are very many.
func TestKeysRefused(t *testing.T) {
	e, p := answered(t, "")
	writesAll(t, e, []engine.Result{engine.Written, engine.Written}, creates(1, vals("name", "a")), creates(2, vals("name", "b")))
	refusing := func(times int) {
		p.Answer("update", bson.D{{Key: "ok", Value: 1}, {Key: "n", Value: 1}, {Key: "writeErrors", Value: bson.A{bson.D{{Key: "index", Value: 0}, {Key: "code", Value: 121}, {Key: "errmsg", Value: ""}}}}}, times)
	}
	all := engine.Refresh{Keying: engine.Keying{Generation: 1}, Hashes: func(*crm.Record) []int64 { return []int64{7} }}
	refusing(1)
	if n, err := e.Refresh(t.Context(), crm.Account, all); n != 1 || err != nil {
		t.Errorf("%d records have keys: %v", n, err)
	}
	mongo.MostRefused(t, 0)
	refusing(1)
	if _, err := e.Refresh(t.Context(), crm.Account, all); err == nil || !strings.Contains(err.Error(), "validator") {
		t.Errorf("error %v", err)
	}
}

// TestWholeCommandRefused: some servers refuse a whole command for one record. Halves are sent until it is alone.
func TestWholeCommandRefused(t *testing.T) {
	e, p := answered(t, "")
	p.AnswerWhere(func(command string, body []byte) bson.D {
		if command == "insert" && strings.Contains(string(body), "heavy") {
			return failed(10334)
		}
		return nil
	})
	var writes []engine.Write
	var want []engine.Result
	for n := 1; n <= 20; n++ {
		name, result := "light", engine.Written
		if n == 7 || n == 8 {
			name, result = "heavy", unfit(engine.Unfit{Reason: engine.TooLarge, Code: 10334})
		}
		writes, want = append(writes, creates(n, vals("name", name))), append(want, result)
	}
	writesAll(t, e, want, writes...)
}

// TestServerHangs: one that takes connections and answers nothing, from the beginning and in the middle. Neither keeps anybody longer than the
// time-out, and both are the world's.
func TestServerHangs(t *testing.T) {
	db := newDatabase(t)
	p := mongotest.New(t, db.uri)
	uri := p.URI(t, db.uri)
	e, err := mongo.Open(t.Context(), uri+"&timeoutMS=700")
	if err != nil {
		t.Fatal(err)
	}
	p.Hang()
	calls := []func() error{
		func() error { _, err := e.Find(t.Context(), crm.Account, []int64{1}); return err },
		func() error {
			_, err := e.Write(t.Context(), crm.Account, []engine.Write{{New: true, ID: id(1), Seq: 1, Mark: 1, At: at}})
			return err
		},
		func() error { _, _, err := e.Load(t.Context(), engine.Meta, "x"); return err },
		func() error {
			_, err := mongo.Open(t.Context(), uri+"&timeoutMS=700&serverSelectionTimeoutMS=500")
			return err
		},
	}
	for i, call := range calls {
		began := time.Now()
		if err := call(); !isWorld(err) {
			t.Errorf("call %d: %v", i, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("call %d is noticed after %v", i, took)
		}
	}
	began := time.Now()
	_ = e.Close(context.Background())
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it is closed after %v", took)
	}
}

// TestConnectionRefused: where no server listens the import is tried again.
func TestConnectionRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	if _, err := mongo.Open(t.Context(), "mongodb://"+address+"/?serverSelectionTimeoutMS=200"); !isWorld(err) {
		t.Errorf("error %v", err)
	}
}
