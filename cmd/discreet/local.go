package main

func runLocal(w world, args []string) int { return exitBad }
