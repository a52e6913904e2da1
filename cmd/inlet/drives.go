package main

import "inlet.example/inlet/daemon"

// drives speaks to the drives of sources. This is the one place where what does that is plugged in.
var drives daemon.Drives = daemon.NoDrives{}
