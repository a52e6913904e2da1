package config

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a container from scratch has no zones, and a right time_zone would be called wrong

	"github.com/robfig/cron/v3"
)

func (l *loading) checkSources(sources []Source, inboxes []Inbox) {
	names := map[string]string{}
	known := make([]string, len(inboxes))
	for i, in := range inboxes {
		known[i] = in.Name
	}
	for i, s := range sources {
		key := fmt.Sprintf("sources[%d]", i)
		l.checkName(key+".name", s.Name, names)
		l.checkTarget(key+".inbox", s.Inbox, known)
		l.checkOrigin(key, s)
		l.checkSchedule(key, s)
		l.checkHeaders(key, s)
		l.checkDrive(key, s)
		l.checkFile(key+".mapping", s.Mapping)
		if s.Encoding != "" {
			l.oneOf(key+".encoding", s.Encoding, encodings...)
		}
		if s.Delimiter != "" {
			l.checkDelimiter(key+".delimiter", s.Delimiter)
		}
		if strings.ContainsAny(s.As, `/\`) || s.As == "." || s.As == ".." {
			l.wrong(key+".as", "%q is a path; write a file name, e.g. as: kunder.xlsx", s.As)
		}
		if s.MaxBytes < 1 {
			l.wrong(key+".max_bytes", "%d would let no file in; write a number of bytes, e.g. 1073741824", s.MaxBytes)
		}
	}
}

func (l *loading) checkTarget(key, inbox string, known []string) {
	switch {
	case inbox == "" && len(known) > 0:
		l.wrong(key, "is missing; write the name of an inbox, e.g. inbox: %s", known[0])
	case !slices.Contains(known, inbox):
		l.wrong(key, "there is no inbox %q; %s", inbox, didYouMean(inbox, known))
	}
}

func (l *loading) checkOrigin(key string, s Source) {
	switch {
	case s.URL == "" && s.Path == "" && s.Drive == "":
		l.wrong(key+".url", "the source says not where to look; write url:, path: or drive:")
	case s.URL != "" && s.Path != "":
		l.wrong(key+".path", "url is there too; keep one of the two")
	case s.Drive != "" && s.URL+s.Path != "":
		l.wrong(key+".drive", "url or path is there too; keep one of them")
	case s.URL != "":
		l.checkLink(key+".url", s.URL)
	}
}

func (l *loading) checkLink(key, link string) {
	u, err := url.Parse(link)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		l.wrong(key, "%q is no link; write https://…", Source{URL: link}.withoutSecrets().URL)
		return
	}
	if u.User != nil && l.openToOthers() {
		l.wrong(key, "a password in a file that others can read; chmod 600 %s, or use headers_file", l.file)
	}
}

func (l *loading) checkSchedule(key string, s Source) {
	_, everyThere := l.places[key+".every"]
	switch {
	case s.Cron == "" && !everyThere:
		l.wrong(key+".every", "the source says not when to look; write every: 15m or cron: \"0 6 * * *\"")
	case s.Cron != "" && everyThere:
		l.wrong(key+".cron", "every is there too; keep one of the two")
	case everyThere && s.Every < time.Second:
		l.wrong(key+".every", "%v is too often; write 1s or more, e.g. 15m", s.Every)
	case s.Cron != "":
		l.checkCron(key+".cron", s.Cron)
	}
	l.oneOf(key+".missed", s.Missed, missed...)
	if s.Missed == "skip" && s.Cron == "" {
		l.wrong(key+".missed", "a source with every is asked at each start; use cron, or remove it")
	}
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "" {
		l.wrong(key+".time_zone", "%q is no time zone; write e.g. Europe/Stockholm, UTC or Local", s.TimeZone)
	}
}

// missed are what can become of moments of cron at which nobody was there to ask.
var missed = []string{"run_once", "skip"}

// checkCron keeps from the parser what it would take and we mean otherwise, and what it falls over (TZ= without a space).
func (l *loading) checkCron(key, text string) {
	if strings.HasPrefix(text, "TZ=") || strings.HasPrefix(text, "CRON_TZ=") {
		l.wrong(key, "the zone has its own key; write time_zone: Europe/Stockholm")
		return
	}
	if strings.HasPrefix(text, "@every") {
		l.wrong(key, "has its own key; write every:%s", strings.TrimPrefix(text, "@every"))
		return
	}
	if _, err := cron.ParseStandard(text); err != nil {
		l.wrong(key, "%v; write minute hour day month weekday, e.g. \"0 6 * * 1-5\" for working days at six", err)
	}
}

var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

func (l *loading) checkHeaders(key string, s Source) {
	for name, value := range s.Headers {
		at := key + ".headers." + name
		l.checkHeader(at, name)
		if strings.ContainsAny(value, "\r\n\x00") {
			l.wrong(at, "a header is one line")
		}
		if secretHeader(name) && l.openToOthers() {
			l.wrong(at, "a secret in a file that others can read; chmod 600 %s, or write headers_file: {%s: PATH}", l.file, name)
		}
	}
	l.checkFiles(key, "headers", s.Headers, s.HeadersFile, l.checkHeader, l.checkSecret)
}

func (l *loading) checkHeader(key, name string) {
	if !headerName.MatchString(name) {
		l.wrong(key, "%q cannot be the name of a header; write e.g. Authorization", name)
	}
}
