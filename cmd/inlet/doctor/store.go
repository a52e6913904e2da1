package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"inlet.example/inlet/daemon/assembly"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/build"
	"inlet.example/inlet/pipeline/crm"
	"inlet.example/inlet/pipeline/ledger"
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/settings"
)

// storeTimeout is how long a store is waited for.
const storeTimeout = 20 * time.Second

// examineStore examines one store. The name of the only one is not shown.
func examineStore(ctx context.Context, e *examination, name string) {
	cfg := e.site.Config.For(name)
	s := &storeExamination{examination: e, cfg: cfg, name: name}
	if path, file := cfg.Store.Embedded(); file {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			s.found(Note, map[string]any{"uri": cfg.Store.String(), "exists": false}, fmt.Sprintf(message.Word(e.lang, "%s does not exist yet; the first import creates it"), path))
			return
		}
	}
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	is, err := assembly.Inspect(ctx, cfg.Store)
	s.is = is
	if is.Database.Product != "" {
		s.database()
	}
	if err != nil {
		s.found(Wrong, map[string]any{"uri": cfg.Store.String()}, fmt.Sprintf("%s: %s", cfg.Store, err))
		return
	}
	s.version()
	if is.Store.Version != is.Store.Supported {
		return // the rest may have another form
	}
	s.records()
	s.imports()
	s.processes()
	s.paused()
	s.outbox()
	s.sources()
}

// storeExamination is that of one store.
type storeExamination struct {
	*examination
	cfg  config.Config
	name string
	is   assembly.Inspection
}

func (s *storeExamination) found(state State, facts map[string]any, text string) {
	s.add(partStore, s.name, state, facts, named(s.name, text))
}

func (s *storeExamination) database() {
	db := s.is.Database
	facts := map[string]any{"uri": s.cfg.Store.String(), "product": db.Product, "bytes": db.Bytes}
	text := []string{s.cfg.Store.String(), db.Product}
	if db.Topology != "" {
		facts["topology"], facts["latency_ms"] = db.Topology, db.Latency.Milliseconds()
		text = append(text, db.Topology, fmt.Sprintf(message.Word(s.lang, "answers in %s"), db.Latency.Round(time.Millisecond/10)))
	}
	if db.Bytes > 0 {
		text = append(text, size(float64(db.Bytes)))
	}
	s.found(OK, facts, strings.Join(text, ", "))
	if db.Topology != "" {
		s.server()
	}
}

// clockTolerance is by how much the clocks of two hosts may differ; see changed in store.collections.
const clockTolerance = time.Minute

// server says what a server can do, and what its clock shows.
func (s *storeExamination) server() {
	db := s.is.Database
	if db.Streams {
		s.found(OK, map[string]any{"change_stream": true}, message.Word(s.lang, "the server has a change stream: what other programs write is found by it"))
	} else {
		s.found(OK, map[string]any{"change_stream": false}, message.Word(s.lang, "the server has no change stream: what other programs write is found by comparing the documents"))
	}
	if ahead := db.Ahead.Round(time.Second); ahead.Abs() > clockTolerance {
		state := Note
		for _, kind := range config.KindNames {
			if s.cfg.Store.Collections.Of(kind).Changed != "" {
				state = Wrong
			}
		}
		s.found(state, map[string]any{"clock_ahead_s": ahead.Seconds()}, fmt.Sprintf(message.Word(s.lang, "the clock of the server and that of this host differ by %s; with changed in store.collections, changes of other programs are missed"), ahead.Abs()))
	}
}

// version says about which version the data are, and whether this inlet can use them.
func (s *storeExamination) version() {
	db, is := s.is.Database, s.is.Store
	facts := map[string]any{"data_version": is.Version, "supported": is.Supported, "layout": db.Layout, "newest_layout": db.Newest, "made_by": is.Inlet}
	by := is.Inlet
	if by == "" {
		by = message.Word(s.lang, "an inlet that did not write its version")
	}
	switch {
	case is.Version == 0 && db.Layout == 0:
		s.found(Note, facts, message.Word(s.lang, "nothing was written into it yet"))
		return
	case is.Version > is.Supported || db.Layout > db.Newest:
		s.found(Wrong, facts, fmt.Sprintf(message.Word(s.lang, "data version %d (layout %d) by %s, and this inlet %s reads %d (layout %d) at the most: run that inlet or a newer one, or restore the backup from before the upgrade"), is.Version, db.Layout, by, build.Version(), is.Supported, db.Newest))
		return
	case is.Version < is.Supported || db.Layout < db.Newest:
		s.found(Note, facts, fmt.Sprintf(message.Word(s.lang, "data version %d (layout %d) by %s; this inlet %s upgrades it to %d (layout %d) when it is started: back up before"), is.Version, db.Layout, by, build.Version(), is.Supported, db.Newest))
		return
	}
	s.found(OK, facts, fmt.Sprintf(message.Word(s.lang, "data version %d by %s, which is that of this inlet"), is.Version, by))
	if is.Moving != "" {
		s.found(Wrong, map[string]any{"moving_from": is.Moving}, fmt.Sprintf(message.Word(s.lang, "it is the target of an unfinished move of %s: run the same inlet move again"), is.Moving))
	}
	if is.Moved != "" {
		s.found(Note, map[string]any{"moved_to": is.Moved}, fmt.Sprintf(message.Word(s.lang, "it was moved to %s: nothing is imported into it"), is.Moved))
	}
	if len(db.Missing) > 0 {
		s.found(Wrong, map[string]any{"missing": db.Missing}, fmt.Sprintf(message.Word(s.lang, "missing: %s; inlet run creates what is missing when it is started"), strings.Join(db.Missing, "; ")))
	} else {
		s.found(OK, map[string]any{"missing": []string{}}, message.Word(s.lang, "all tables, collections and indexes are there"))
	}
}

func (s *storeExamination) records() {
	facts := map[string]any{}
	var text []string
	for _, kind := range crm.Kinds {
		facts[kind.Plural()] = s.is.Database.Records[kind]
		text = append(text, fmt.Sprintf("%s: %d", message.Word(s.lang, kind.Plural()), s.is.Database.Records[kind]))
	}
	s.found(OK, facts, strings.Join(text, ", "))
}

// imports says what became of the newest imports, and what waits for a person.
func (s *storeExamination) imports() {
	all := s.is.Store.Imports
	if len(all) == 0 {
		s.found(OK, map[string]any{"imports": 0}, message.Word(s.lang, "nothing was imported yet"))
		return
	}
	states := map[ledger.State]int{}
	for i := range all {
		states[all[i].State]++
	}
	facts := map[string]any{"imports": all[0].No, "newest": all[0].ID, "newest_state": all[0].State, "newest_began": all[0].Began}
	counts := map[string]int{}
	for state, n := range states {
		counts[string(state)] = n
	}
	facts["states_of_newest_1000"] = counts
	s.found(OK, facts, fmt.Sprintf(message.Word(s.lang, "the newest import is %s of %s, %s, begun %s"), all[0].ID, all[0].Workbook, message.Word(s.lang, string(all[0].State)), all[0].Began.Local().Format(time.DateTime)))
	if n := states[ledger.Stuck]; n > 0 {
		s.found(Wrong, map[string]any{"stuck": n}, fmt.Sprintf(message.Word(s.lang, "imports that are stuck: %d; inlet list names them, inlet show IMPORT gives the reason"), n))
	}
	if n := states[ledger.Held]; n > 0 {
		s.found(Note, map[string]any{"held": n}, fmt.Sprintf(message.Word(s.lang, "imports that wait for an approval: %d; inlet list names them"), n))
	}
}

// processes names the daemons that have the store open, by what they noted there. One of another host that has crashed is among them until another daemon
// notices that.
func (s *storeExamination) processes() {
	if s.is.Store.Applying != "" {
		s.found(OK, map[string]any{"applying": s.is.Store.Applying}, fmt.Sprintf(message.Word(s.lang, "an import is being applied by %s"), s.is.Store.Applying))
	}
	for _, p := range s.is.Store.Processes {
		facts := map[string]any{"host": p.Host, "pid": p.PID, "version": p.Inlet}
		if p.Inlet != build.Version() && p.Inlet != "" {
			s.found(Note, facts, fmt.Sprintf(message.Word(s.lang, "the daemon %s is inlet %s, and this is inlet %s: restart it to use this one"), p, p.Inlet, build.Version()))
			continue
		}
		s.found(OK, facts, fmt.Sprintf(message.Word(s.lang, "daemon: %s"), p))
	}
}

func (s *storeExamination) paused() {
	paused := s.is.Store.Paused
	if p, is := paused.Holds(settings.Everything); is {
		s.found(Note, map[string]any{"paused": "everything", "since": p.Since}, fmt.Sprintf(message.Word(s.lang, "importing has been paused since %s (%s)"), p.Since.Local().Format(time.DateTime), p.Why))
	}
	for _, what := range paused.Named() {
		p, _ := paused.Holds(what)
		s.found(Note, map[string]any{"paused": what, "since": p.Since}, fmt.Sprintf(message.Word(s.lang, "%s has been paused since %s (%s)"), what, p.Since.Local().Format(time.DateTime), p.Why))
	}
}

// outbox says which of the newest notifications were not delivered.
func (s *storeExamination) outbox() {
	waiting, failed := 0, 0
	for i := range s.is.Store.Outbox {
		switch s.is.Store.Outbox[i].State {
		case ledger.Waiting:
			waiting++
		case ledger.Failed:
			failed++
		}
	}
	if waiting+failed == 0 {
		return
	}
	state := OK
	if failed > 0 {
		state = Note
	}
	s.found(state, map[string]any{"notifications_waiting": waiting, "notifications_given_up": failed}, fmt.Sprintf(message.Word(s.lang, "of the newest notifications, %d wait to be sent, and %d were given up; inlet show IMPORT gives the reason"), waiting, failed))
}

// sources says what the sources of the store answered last.
func (s *storeExamination) sources() {
	for _, source := range s.cfg.Sources {
		s.source(source)
	}
}
