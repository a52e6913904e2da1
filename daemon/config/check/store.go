package check

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"inlet.example/inlet/daemon/config"
)

// checkStores wants stores that differ, and an inbox to say which of several it imports into.
func checkStores(ck *Checker, cfg config.Config) {
	same := map[string]string{}
	one := func(key string, s config.Store) {
		checkStore(ck, key, s)
		checkCollections(ck, key+".collections", s, cfg.Fields)
		if first, twice := same[s.URI]; twice && s.URI != "" {
			ck.Wrong(key+".uri", "is the same database as %s; two stores must be two databases", first)
		}
		same[s.URI] = key
	}
	if len(cfg.Stores) == 0 || cfg.Store.URI != "" {
		one("store", cfg.Store)
	}
	for _, name := range slices.Sorted(maps.Keys(cfg.Stores)) {
		key := "stores." + name
		checkName(ck, key, name, map[string]string{})
		if name == config.DefaultStore {
			ck.Wrong(key, "%q is the name of the store that the key store describes; use another name", name)
		}
		one(key, cfg.Stores[name])
	}
	for i, inbox := range cfg.Inboxes {
		checkStoreOf(ck, fmt.Sprintf("inboxes[%d].store", i), inbox, cfg)
	}
}

func checkStoreOf(ck *Checker, key string, inbox config.Inbox, cfg config.Config) {
	names := cfg.StoreNames()
	switch {
	case inbox.Store == "" && cfg.StoreOf(inbox) == "":
		ck.Wrong(key, "is missing, and there are several stores; write one of %s", strings.Join(names, ", "))
	case inbox.Store == "" || slices.Contains(names, inbox.Store):
	case len(cfg.Stores) == 0:
		ck.Wrong(key, "the store %q does not exist; add it to stores: {%s: {uri: mongodb://HOST/DATABASE}}", inbox.Store, inbox.Store)
	default:
		ck.Wrong(key, "the store %q does not exist; %s", inbox.Store, config.DidYouMean(inbox.Store, names))
	}
}

func checkStore(ck *Checker, at string, s config.Store) {
	key := at + ".uri"
	if s.URIFile != "" {
		key = at + ".uri_file"
	}
	if s.URI == "" {
		ck.Wrong(key, "the store is missing; write uri: sqlite:inlet.db")
		return
	}
	scheme, rest, _ := strings.Cut(s.URI, ":") // as it was typed: the colon may be missing
	switch scheme {
	case "sqlite":
		checkSQLite(ck, key, rest)
	case "mongodb", "mongodb+srv":
		checkMongo(ck, key, scheme, rest)
	default:
		ck.Wrong(key, "%q is not a valid store URI; write sqlite:inlet.db or mongodb://localhost/inlet", s)
	}
	checkReadable(ck, key, s)
}

func checkSQLite(ck *Checker, key, path string) {
	switch {
	case path == "" || strings.HasSuffix(path, "/") || filepath.Base(path) == ".":
		ck.Wrong(key, "the path of the file is missing; write sqlite:inlet.db")
	case strings.HasPrefix(path, ":"):
		ck.Wrong(key, "an in-memory store loses all data when inlet stops; write sqlite:inlet.db")
	case strings.HasPrefix(path, "~"):
		ck.Wrong(key, "~ is not expanded here; write the full path, e.g. sqlite:/home/anna%s", path[1:])
	case strings.HasPrefix(path, "//"):
		ck.Wrong(key, "the path must not begin with two slashes; write sqlite:%s", strings.TrimLeft(path, "/"))
	}
}

func checkMongo(ck *Checker, key, scheme, rest string) {
	rest, ok := strings.CutPrefix(rest, "//")
	if !ok {
		ck.Wrong(key, "two slashes are missing after the colon; write %s://localhost/inlet", scheme)
		return
	}
	// A password may hold what a URI must not, and the driver will say so; here only host and database are looked for.
	rest, _, _ = strings.Cut(rest[strings.LastIndexByte(rest, '@')+1:], "?")
	host, database, _ := strings.Cut(rest, "/")
	switch {
	case host == "":
		ck.Wrong(key, "the host is missing; write %s://localhost/inlet", scheme)
	case database == "":
		ck.Wrong(key, "the name of the database is missing; write %s://%s/inlet", scheme, host)
	case strings.ContainsAny(database, "/. \"$"):
		ck.Wrong(key, "%q is not a valid name of a database; write %s://%s/inlet", database, scheme, host)
	}
}

// checkReadable refuses a secret in a file that others may read. The environment and uri_file are the way round.
func checkReadable(ck *Checker, key string, s config.Store) {
	if s.URIFile == "" && ck.inFile(key) && s.HasSecret() && ck.openToOthers() {
		ck.Wrong(key, "contains a password, but other users can read the file; run chmod 600 %s, or move the URI to a file of its own and name it in uri_file", ck.File)
	}
}
