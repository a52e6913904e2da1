package report

import (
	"inlet.example/inlet/pipeline/message"
	"inlet.example/inlet/pipeline/store/audit"
)

// Act describes what a person or program did.
func Act(what audit.Act, lang string) string {
	text := map[audit.Act]string{
		audit.Import:      message.Word(lang, "import a workbook"),
		audit.Undo:        message.Word(lang, "undo"),
		audit.Approve:     message.Word(lang, "approve"),
		audit.Discard:     message.Word(lang, "discard"),
		audit.Cancel:      message.Word(lang, "cancel"),
		audit.Continue:    message.Word(lang, "continue"),
		audit.TickOff:     message.Word(lang, "tick off"),
		audit.Again:       message.Word(lang, "run again"),
		audit.Pause:       message.Word(lang, "pause"),
		audit.Resume:      message.Word(lang, "resume"),
		audit.Poll:        message.Word(lang, "poll"),
		audit.Login:       message.Word(lang, "log in to a source"),
		audit.Upload:      message.Word(lang, "upload"),
		audit.Hand:        message.Word(lang, "import an upload"),
		audit.Remove:      message.Word(lang, "remove an upload"),
		audit.AddField:    message.Word(lang, "add a field"),
		audit.RemoveField: message.Word(lang, "remove a field"),
		audit.AddUser:     message.Word(lang, "add a user"),
		audit.RemoveUser:  message.Word(lang, "remove a user"),
		audit.NewToken:    message.Word(lang, "create a token"),
		audit.RevokeToken: message.Word(lang, "revoke a token"),
		audit.Index:       message.Word(lang, "index records"),
		audit.PruneIndex:  message.Word(lang, "remove unused match rules"),
		audit.Test:        message.Word(lang, "test mail and webhooks"),
	}[what]
	if text == "" {
		return string(what) // of a newer inlet
	}
	return text
}
