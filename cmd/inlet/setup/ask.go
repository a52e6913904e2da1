package setup

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"inlet.example/inlet/pipeline/message"
)

// answers are what a person decides. What is "" was not answered yet.
type answers struct {
	Language string // en or sv
	Inbox    string // the folder, as the person typed it
	Store    string // its URI
}

// Defaults of the answers.
const (
	defaultInbox = "inbox"
	defaultStore = "sqlite:inlet.db"
)

// withDefaults returns the answers with a default for each that is missing.
func (a answers) withDefaults() answers {
	return answers{cmp.Or(a.Language, usualLanguage()), cmp.Or(a.Inbox, defaultInbox), cmp.Or(a.Store, defaultStore)}
}

// usualLanguage is the language of the person's system, if inlet has it.
func usualLanguage() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(name); value != "" {
			if strings.HasPrefix(value, message.Swedish) {
				return message.Swedish
			}
			break
		}
	}
	return "en"
}

// errStopped says that a person ended the questions.
var errStopped = message.Errorf("stopped before anything was written")

// ask asks for the answers that are missing. An empty line is the default.
func ask(ctx context.Context, in io.Reader, out io.Writer, a answers) (answers, error) {
	q := &questions{lines: readLines(in), out: out}
	usual := a.withDefaults()
	if a.Language == "" {
		a.Language = q.ask(ctx, "Language: en (English) or sv (svenska)?", usual.Language, func(answer string) (string, string) {
			switch strings.ToLower(answer) {
			case "en", "english", "engelska":
				return "en", ""
			case "sv", "svenska", "swedish":
				return message.Swedish, ""
			}
			return "", "Type en or sv. Skriv en eller sv."
		})
	}
	if a.Inbox == "" {
		a.Inbox = q.ask(ctx, message.Word(a.Language, "Which folder do people save their workbooks in? It is created if it does not exist."), usual.Inbox, func(answer string) (string, string) {
			if info, err := os.Stat(answer); err == nil && !info.IsDir() {
				return "", message.Word(a.Language, "That is a file. Type the name of a folder.")
			}
			return answer, ""
		})
	}
	if a.Store == "" {
		q.say(message.Word(a.Language, "Where are the records stored? 1: in a file here (SQLite). Or type the URI of a MongoDB database: mongodb://HOST/DATABASE"))
		a.Store = q.ask(ctx, "", "1", func(answer string) (string, string) {
			switch {
			case answer == "1":
				return defaultStore, ""
			case strings.HasPrefix(answer, "mongodb://"), strings.HasPrefix(answer, "mongodb+srv://"), strings.HasPrefix(answer, "sqlite:"):
				return answer, ""
			}
			return "", message.Word(a.Language, "Type 1, or a URI that begins with mongodb://")
		})
	}
	return a, q.err
}

// questions asks one question after the other until there is an error.
type questions struct {
	lines <-chan string // closed at the end of the input
	out   io.Writer
	err   error
}

// readLines reads lines side by side with the questions: a read from a terminal does not end when a person presses Ctrl-C.
func readLines(in io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(in); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	return lines
}

func (q *questions) say(text string) {
	if q.err == nil {
		fmt.Fprintln(q.out, text)
	}
}

// ask asks until an answer is valid. valid returns the answer as it is meant, or what is wrong with it.
func (q *questions) ask(ctx context.Context, question, usual string, valid func(answer string) (meant, wrong string)) string {
	for q.err == nil {
		fmt.Fprint(q.out, strings.TrimSpace(question+" ["+usual+"]")+" ")
		select {
		case <-ctx.Done():
			q.err = ctx.Err()
		case line, more := <-q.lines:
			if !more {
				q.err = errStopped
				break
			}
			meant, wrong := valid(cmp.Or(strings.TrimSpace(line), usual))
			if wrong == "" {
				return meant
			}
			fmt.Fprintln(q.out, wrong)
		}
	}
	return ""
}
