package config

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"strings"
)

var optionName = regexp.MustCompile("^[a-z][a-z0-9_]{0,63}$")

// checkDrive looks at what only a drive has. Whether there is such a type, and whether it has such options, says who speaks to drives.
func (l *loading) checkDrive(key string, s Source) {
	if s.Drive == "" {
		l.checkNoDrive(key, s)
		return
	}
	if !optionName.MatchString(s.Drive) {
		l.wrong(key+".drive", "%q is no type of drive; write e.g. s3, sftp, webdav, drive, onedrive or dropbox", s.Drive)
	}
	if s.As != "" {
		l.wrong(key+".as", "files of a drive keep their names; remove it")
	}
	if len(s.Headers)+len(s.HeadersFile) > 0 {
		l.wrong(key+".headers", "a drive has none; what it needs stands in options and options_file")
	}
	if _, err := path.Match(s.Include, ""); err != nil {
		l.wrong(key+".include", "%q is no pattern; write e.g. kunder*.xlsx", s.Include)
	}
	if s.Bandwidth < 0 {
		l.wrong(key+".bandwidth", "%d is less than nothing; write bytes a second, e.g. 1048576, or 0 for no limit", s.Bandwidth)
	}
	l.checkThen(key, s)
	if l.checkOptions(key, s) {
		l.judgeDrive(key, s)
	}
}

// judgeDrive asks who speaks to drives. Each mistake stands at the option it names, where the file has it.
func (l *loading) judgeDrive(key string, s Source) {
	if l.judge == nil {
		return
	}
	options, err := s.AllOptions()
	if err != nil {
		l.wrong(key+".options_file", "%v", err)
		return
	}
	for _, err := range each(l.judge(s.Drive, s.Root, options)) {
		l.wrong(placeOf(key, s, err), "%v", err)
	}
}

// each takes joined errors apart.
func each(err error) []error {
	joined, is := err.(interface{ Unwrap() []error })
	switch {
	case err == nil:
		return nil
	case !is:
		return []error{err}
	}
	var all []error
	for _, err := range joined.Unwrap() {
		all = append(all, each(err)...)
	}
	return all
}

// placeOf is the key of the option that a mistake names, else that of the drive.
func placeOf(key string, s Source, err error) string {
	named, is := errors.AsType[interface {
		error
		Option() string
	}](err)
	if !is {
		return key + ".drive"
	}
	option := named.Option()
	if option == "root" {
		return key + ".root"
	}
	if _, there := s.OptionsFile[option]; there {
		return key + ".options_file." + option
	}
	return key + ".options." + option
}

// AllOptions are the options of a drive, with those that stand in files as they are now.
func (s Source) AllOptions() (map[string]string, error) {
	return withFiles(s.Options, s.OptionsFile, "option", SecretText)
}

// AllHeaders are the headers of an address, with those that stand in files as they are now.
func (s Source) AllHeaders() (map[string]string, error) {
	return withFiles(s.Headers, s.HeadersFile, "header", Secret)
}

// withFiles adds what is read from files to values that stand in the configuration.
func withFiles(values, files map[string]string, what string, read func(path string) (string, error)) (map[string]string, error) {
	all := maps.Clone(values)
	for name, path := range files {
		value, err := read(path)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", what, name, err)
		}
		if all == nil {
			all = map[string]string{}
		}
		all[name] = value
	}
	return all, nil
}

// checkNoDrive wants nothing of a drive where there is none.
func (l *loading) checkNoDrive(key string, s Source) {
	for name, set := range map[string]bool{"root": s.Root != "", "options": len(s.Options) > 0, "options_file": len(s.OptionsFile) > 0, "include": s.Include != "",
		"recursive": s.Recursive, "when_imported": s.WhenImported != DefaultSource().WhenImported, "bandwidth": s.Bandwidth != 0} {
		if set {
			l.wrong(key+"."+name, "only a drive has it; write drive: and its type, e.g. drive: sftp, or remove it")
		}
	}
}

func (l *loading) checkThen(key string, s Source) {
	l.oneOf(key+".when_imported", s.WhenImported, thens...)
	_, there := l.places[key+".move_to"]
	switch clean := path.Clean(s.MoveTo); {
	case s.WhenImported != "move" && there:
		l.wrong(key+".move_to", "nothing is moved there; write when_imported: move, or remove it")
	case s.WhenImported == "move" && (s.MoveTo == "" || clean != s.MoveTo || path.IsAbs(clean) || clean == "." || strings.HasPrefix(clean, "..")):
		l.wrong(key+".move_to", "%q is no folder below root; write e.g. done", s.MoveTo)
	}
}

// checkOptions says whether all options can be read.
func (l *loading) checkOptions(key string, s Source) bool {
	before := len(l.mistakes)
	for name, value := range s.Options {
		at := key + ".options." + name
		l.checkOption(at, name)
		if secretOptionName(name) && value != "" && l.openToOthers() {
			l.wrong(at, "a secret in a file that others can read; chmod 600 %s, or write options_file: {%s: PATH}", l.file, name)
		}
	}
	l.checkFiles(key, "options", s.Options, s.OptionsFile, l.checkOption, func(at, path string) {
		if _, err := SecretText(path); err != nil {
			l.wrong(at, "%v", err)
		}
	})
	return len(l.mistakes) == before
}

// checkFiles looks at values that stand in files: headers_file beside headers, options_file beside options.
func (l *loading) checkFiles(key, what string, values, files map[string]string, checkName, checkSecret func(at, text string)) {
	for name, path := range files {
		at := key + "." + what + "_file." + name
		checkName(at, name)
		if _, both := values[name]; both {
			l.wrong(at, "is in %s too; keep one of the two", what)
		}
		if path == "" {
			l.wrong(at, "names no file; write the path of a file that holds the %s's value", strings.TrimSuffix(what, "s"))
			continue
		}
		checkSecret(at, path)
	}
}

func (l *loading) checkOption(key, name string) {
	if !optionName.MatchString(name) {
		l.wrong(key, "%q cannot be the name of an option; write e.g. access_key_id", name)
	}
}

var secretWord = regexp.MustCompile(`pass|secret|token|key|credential|sas`)

// secretOptionName says whether an option's value is a secret by its name. What is an ID or names a file is none.
func secretOptionName(name string) bool {
	return secretWord.MatchString(name) && !strings.HasSuffix(name, "_id") && !strings.HasSuffix(name, "_file") && !strings.HasSuffix(name, "_url")
}
