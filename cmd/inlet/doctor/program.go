package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	"inlet.example/inlet/cmd/inlet/health"
	"inlet.example/inlet/daemon/config"
	"inlet.example/inlet/pipeline/build"
	"inlet.example/inlet/pipeline/files"
	"inlet.example/inlet/pipeline/message"
)

// program says what runs, where, as whom and with which configuration.
func program(e *examination) {
	e.add(partProgram, "", OK, map[string]any{"version": build.Version(), "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH}, fmt.Sprintf("inlet %s, %s, %s/%s", build.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH))
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	user := files.UserName(os.Geteuid())
	e.add(partProgram, "", OK, map[string]any{"host": host, "user": user, "processors": runtime.NumCPU()}, fmt.Sprintf(message.Word(e.lang, "host %s, user %s, processors: %d"), host, user, runtime.NumCPU()))
	if os.Geteuid() == 0 {
		e.add(partProgram, "", Note, nil, message.Word(e.lang, "this is root, who may read and write everything: run it as the user of the daemon to see what that one may not"))
	}
	configuration(e)
}

func configuration(e *examination) {
	file := e.site.File
	switch {
	case e.site.Mistake != nil:
		e.add(partProgram, "", Wrong, map[string]any{"configuration": file}, fmt.Sprintf(message.Word(e.lang, "the configuration cannot be used, and nothing else was examined:\n%s"), e.site.Mistake))
	case file == "":
		e.add(partProgram, "", Note, nil, message.Word(e.lang, "there is no configuration file (--config names one): the defaults are in use"))
	default:
		e.add(partProgram, "", OK, map[string]any{"configuration": file, "language": e.site.Config.Language}, fmt.Sprintf(message.Word(e.lang, "configuration %s, language %s"), file, e.site.Config.Language))
	}
}

// daemon asks the daemon of the configuration on this host.
func daemon(ctx context.Context, e *examination) {
	address := e.site.Config.HTTP.Address
	facts := map[string]any{"address": address, "answers": false, "ready": false}
	if err := health.Ask(ctx, e.site.Config.HTTP, false); err != nil {
		e.add(partDaemon, "", Note, facts, fmt.Sprintf(message.Word(e.lang, "no daemon answers at %s: %s"), address, cause(err)))
		return
	}
	facts["answers"] = true
	if err := health.Ask(ctx, e.site.Config.HTTP, true); err != nil {
		e.add(partDaemon, "", Wrong, facts, fmt.Sprintf(message.Word(e.lang, "at %s: %s"), address, err))
		return
	}
	facts["ready"] = true
	e.add(partDaemon, "", OK, facts, fmt.Sprintf(message.Word(e.lang, "a daemon answers at %s and can import"), address))
}

// cause returns the end of a chain of errors: the beginning says what the line has said already.
func cause(err error) string {
	for next := err; next != nil; next = errors.Unwrap(next) {
		err = next
	}
	return err.Error()
}

// clock says what time it is here, and whether the system keeps it right.
func clock(e *examination) {
	now := time.Now()
	zone, _ := now.Zone()
	facts := map[string]any{"time": now.Format(time.RFC3339), "zone": zone}
	synchronised, known := clockSynchronised()
	if known {
		facts["synchronised"] = synchronised
	}
	switch {
	case !known:
		e.add(partClock, "", OK, facts, now.Format("2006-01-02 15:04:05 MST"))
	case synchronised:
		e.add(partClock, "", OK, facts, fmt.Sprintf(message.Word(e.lang, "%s, synchronised"), now.Format("2006-01-02 15:04:05 MST")))
	default:
		e.add(partClock, "", Note, facts, fmt.Sprintf(message.Word(e.lang, "%s; the system does not report that it is synchronised (NTP)"), now.Format("2006-01-02 15:04:05 MST")))
	}
}

// named begins a line with a name, where there can be several.
func named(name, text string) string {
	if name == "" || name == config.DefaultStore {
		return text
	}
	return name + ": " + text
}
