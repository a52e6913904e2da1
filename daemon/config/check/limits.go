package check

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"inlet.example/inlet/daemon/config"
)

var (
	WritableFieldForm = regexp.MustCompile(`^(` + kinds + `)\.(\*|[a-z][a-z0-9_]{0,62}|custom\.(\*|[a-z][a-z0-9_]{0,62}))$`)
	CapForm           = regexp.MustCompile(`^((0|[1-9][0-9]{0,17})|(100(\.0+)?|[1-9]?[0-9](\.[0-9]+)?)%)?$`)
	DomainForm        = regexp.MustCompile(`^[\p{L}\p{M}\p{N}]+(-+[\p{L}\p{M}\p{N}]+)*(\.[\p{L}\p{M}\p{N}]+(-+[\p{L}\p{M}\p{N}]+)*)+$`)
)

func checkLimits(ck *Checker, key string, lim config.Limits, own []config.Field) {
	oneOf(ck, key+".profile", lim.Profile, config.Profiles...)
	checkModes(ck, key+".modes", lim.Modes)
	checkWritable(ck, key+".fields", lim.Fields, own)
	checkCap(ck, key+".caps.max_rejected", lim.Caps.MaxRejected)
	checkCap(ck, key+".caps.max_created", lim.Caps.MaxCreated)
	checkCap(ck, key+".caps.max_updated", lim.Caps.MaxUpdated)
	checkCap(ck, key+".caps.max_cleared", lim.Caps.MaxCleared)
	checkCap(ck, key+".caps.max_left_out", lim.Caps.MaxLeftOut)
	usual := config.Default().Import.Match
	for _, kind := range config.KindNames {
		checkRules(ck, key+".match."+kind, *lim.Match.Of(kind), "[["+strings.Join(*usual.Of(kind), ", ")+"]]")
	}
	checkDomains(ck, key+".mail_domains", lim.MailDomains)
	checkWebhooks(ck, key+".webhooks", lim.Webhooks)
}

func checkModes(ck *Checker, key string, allowed []string) {
	if len(allowed) == 0 {
		ck.Wrong(key, "the list is empty, so nothing could be imported; write one or more of [%s]", strings.Join(config.Modes, ", "))
	}
	for i, mode := range allowed {
		item := fmt.Sprintf("%s[%d]", key, i)
		if slices.Contains(allowed[:i], mode) {
			ck.Wrong(item, "%s is listed twice; keep one", mode)
			continue
		}
		oneOf(ck, item, mode, config.Modes...)
	}
}

// checkWritable knows the form of a field and the site's own fields. The built-in ones are the pipeline's to know.
func checkWritable(ck *Checker, key string, fields []string, own []config.Field) {
	known := make([]string, len(own))
	for i, f := range own {
		known[i] = f.Field
	}
	for i, field := range fields {
		kind, name, _ := strings.Cut(field, ".")
		custom := strings.HasPrefix(name, "custom.") && name != "custom.*"
		switch item := fmt.Sprintf("%s[%d]", key, i); {
		case name == "custom" && WritableFieldForm.MatchString(field):
			ck.Wrong(item, "the field is incomplete; write %s.custom.* for all custom fields", kind)
		case !WritableFieldForm.MatchString(field):
			ck.Wrong(item, "%q is not a valid field; write e.g. account.zip, account.custom.*, contact.*; leave the list empty for all", field)
		case slices.Contains(fields[:i], field):
			ck.Wrong(item, "%s is listed twice; keep one", field)
		case custom && len(own) == 0:
			ck.Wrong(item, "the field %s does not exist; add it to fields", field)
		case custom && !slices.Contains(known, field):
			ck.Wrong(item, "the field %s does not exist in fields; %s", field, config.DidYouMean(field, known))
		}
	}
}

var MatchFieldForm = regexp.MustCompile(`^(custom\.)?[a-z][a-z0-9_]{0,62}$`)

// checkRules knows the form of a field. Which fields there are is the pipeline's to know.
func checkRules(ck *Checker, key string, rules [][]string, example string) {
	for i, rule := range rules {
		item := fmt.Sprintf("%s[%d]", key, i)
		if len(rule) == 0 {
			ck.Wrong(item, "the rule is empty; write e.g. %s, or remove it", example)
		}
		for j, field := range rule {
			at := fmt.Sprintf("%s[%d]", item, j)
			switch {
			case !MatchFieldForm.MatchString(field):
				ck.Wrong(at, "%q is not a valid field; write e.g. %s", field, example)
			case slices.Contains(rule[:j], field):
				ck.Wrong(at, "%s is listed twice; keep one", field)
			}
		}
	}
}

func checkCap(ck *Checker, key, text string) {
	if CapForm.MatchString(text) {
		return
	}
	// As people write it: 2,5 %.
	meant := strings.NewReplacer(" ", "", "\u00a0", "", "_", "", ",", ".", "procent", "%", "percent", "%").Replace(strings.ToLower(text))
	switch number, percent := strings.CutSuffix(meant, "%"); {
	case meant != "" && meant != text && CapForm.MatchString(meant):
		ck.Wrong(key, "%q is not a valid cap; write %s", text, meant)
	case percent && wholeOrDecimal.MatchString(number):
		ck.Wrong(key, "%q is too large or has leading zeros; write 0%% to 100%%", text)
	default:
		ck.Wrong(key, "%q is not a valid cap; write a count such as 100, or a percentage of the rows such as 5%%", text)
	}
}

var wholeOrDecimal = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)

func checkDomains(ck *Checker, key string, domains []string) {
	seen := map[string]bool{}
	for i, domain := range domains {
		item := fmt.Sprintf("%s[%d]", key, i)
		behind := domain[strings.LastIndexByte(domain, '@')+1:]
		under, wild := strings.CutPrefix(behind, "*.")
		switch {
		case DomainForm.MatchString(domain) && seen[fold(domain)]:
			ck.Wrong(item, "%s is listed twice; keep one", domain)
		case DomainForm.MatchString(domain):
			seen[fold(domain)] = true
		case wild && DomainForm.MatchString(under):
			ck.Wrong(item, "%q is not a valid domain; wildcards are not supported, list each domain, e.g. %s", domain, under)
		case DomainForm.MatchString(behind):
			ck.Wrong(item, "%q is not a valid domain; write %s", domain, behind)
		default:
			ck.Wrong(item, "%q is not a valid domain; write the part after the @, e.g. exempel.se", domain)
		}
	}
}

func checkWebhooks(ck *Checker, key string, names []string) {
	for i, name := range names {
		switch item := fmt.Sprintf("%s[%d]", key, i); {
		case !NameForm.MatchString(name):
			ck.Wrong(item, "%q is not a valid name; write the name of a webhook, e.g. crm-hook", name)
		case slices.Contains(names[:i], name):
			ck.Wrong(item, "%q is listed twice; keep one", name)
		}
	}
}

// IsCap reports whether a key is a cap. It is read as it was written, number or not: 2.5 in quotes would be no cap either.
func IsCap(key string) bool { return strings.HasSuffix(parent(key), ".limits.caps") }
