package ledger

// Step is a part of the way whose time is taken; also a metric's label.
type Step string

// The steps.
const (
	StepCheck   Step = "check"
	StepIndex   Step = "index"
	StepRead    Step = "read"
	StepMatch   Step = "match"
	StepWrite   Step = "write"
	StepArchive Step = "archive"
)

// Steps are all of them, in the order of the way.
var Steps = []Step{StepCheck, StepIndex, StepRead, StepMatch, StepWrite, StepArchive}
