package sheet

// Before returns how many bytes before the workbook were passed over.
func (w *Workbook) Before() int64 { return w.before }
