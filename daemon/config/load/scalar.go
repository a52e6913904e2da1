package load

import (
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"inlet.example/inlet/daemon/config"
)

// typed reads text as a value of a key's type. For text that is not valid, wrong is the mistake, ready to print.
func typed(t reflect.Type, text string) (value any, wrong config.Phrase) {
	if found := reference.FindString(text); found != "" {
		return nil, config.Say("%q is not expanded here; write the value itself", found)
	}
	switch {
	case t == durationType:
		return duration(text)
	case t.Kind() == reflect.String:
		return text, config.Phrase{}
	case t.Kind() == reflect.Bool:
		return yesNo(text)
	case t.Kind() == reflect.Slice:
		return words(text), config.Phrase{}
	default:
		n, err := strconv.ParseInt(text, 10, t.Bits())
		if err != nil {
			return nil, config.Say("%q is not a whole number; write digits only, e.g. 1000", text)
		}
		return reflect.ValueOf(n).Convert(t).Interface(), config.Phrase{}
	}
}

// yesNo takes the two words of YAML and no others: what yes and off mean has changed with its versions.
func yesNo(text string) (any, config.Phrase) {
	switch strings.ToLower(text) {
	case "true":
		return true, config.Phrase{}
	case "false":
		return false, config.Phrase{}
	case "yes", "on", "y", "ja", "1":
		return nil, config.Say("%q is not a boolean; write true", text)
	case "no", "off", "n", "nej", "0":
		return nil, config.Say("%q is not a boolean; write false", text)
	}
	return nil, config.Say("%q is not a boolean; write true or false", text)
}

// words reads a list from a variable or a flag: name,zip.
func words(text string) []string {
	list := []string{}
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); word != "" {
			list = append(list, word)
		}
	}
	return list
}

var reference = regexp.MustCompile(`\$\{[^}]*\}?`)

// isUnexpanded reports whether text refers to a variable, such as ${HOME}.
func isUnexpanded(text string) bool { return reference.MatchString(text) }

var (
	spaced = regexp.MustCompile(`^([0-9]+(?:[.][0-9]+)?)\s*([A-Za-zµ]+)$`)
	units  = map[string]string{
		"ns": "ns", "us": "us", "µs": "µs", "ms": "ms", "msec": "ms", "millisecond": "ms", "milliseconds": "ms",
		"s": "s", "sec": "s", "secs": "s", "second": "s", "seconds": "s", "sek": "s", "sekunder": "s",
		"m": "m", "min": "m", "mins": "m", "minute": "m", "minutes": "m", "minut": "m", "minuter": "m",
		"h": "h", "hr": "h", "hour": "h", "hours": "h", "tim": "h", "timme": "h", "timmar": "h",
	}
)

// duration reads 2s, 500ms, 1h30m, 90d, and guesses for the message only what else was meant.
func duration(text string) (any, config.Phrase) {
	d, err := parseDuration(text)
	if err == nil && d < 0 {
		return nil, config.Say("%q is negative; write a duration, e.g. 2s", text)
	}
	if err == nil {
		return d, config.Phrase{}
	}
	return nil, config.Say("%q is not a valid duration; write %s", text, meantDuration(strings.TrimSpace(text)))
}

var inDays = regexp.MustCompile(`^([0-9]{1,5})d$`)

// parseDuration also reads whole days, of 24 hours.
func parseDuration(text string) (time.Duration, error) {
	if m := inDays.FindStringSubmatch(text); m != nil {
		days, err := strconv.Atoi(m[1])
		return time.Duration(days) * 24 * time.Hour, err
	}
	return time.ParseDuration(text)
}

func meantDuration(text string) config.Phrase {
	if n, err := strconv.ParseUint(text, 10, 32); err == nil {
		return config.Say("%ds, with its unit", n)
	}
	m := spaced.FindStringSubmatch(text)
	if m == nil {
		return config.Say("it like 500ms, 2s, 5m or 1h30m")
	}
	number, unit := m[1], strings.ToLower(m[2])
	if known, ok := units[unit]; ok {
		return config.Say("%s", number+known)
	}
	if n, err := strconv.ParseUint(number, 10, 16); err == nil && strings.HasPrefix(unit, "d") {
		return config.Say("%dd", n)
	}
	return config.Say("it like 500ms, 2s, 5m or 1h30m")
}
