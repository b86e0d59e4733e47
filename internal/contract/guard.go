package contract

// Guard is what the proxy for existing apps lets through.
type Guard struct {
	Apps   []*App
	Tables []TableMode
}

// App is a named app behind guard. Exactly one of CallerSource, CallerHeader
// and Service is set.
type App struct {
	Name         string
	Pos          Pos
	CallerSource string // the name of an identity source
	CallerHeader *CallerHeader
	Service      *Service
	Views        []AppView // the order is the precedence per item type
	Strict       bool
	ScanAsQuery  bool
	PutMerge     bool
}

// CallerHeader is a signed header in which an app says for whom it asks.
type CallerHeader struct {
	Header string // canonical
	Roles  []string
}

// Service is the principal of an app that asks for no end user.
type Service struct {
	ID    string
	Roles []string
}

// AppView grants an app some operations through a view.
type AppView struct {
	View       *View
	Operations []string // of: get query scan create update delete put
}

// TableMode says how guard treats a table that is not (yet) enforced.
type TableMode struct {
	Table  string // maybe one that the contract does not declare
	Pos    Pos
	Mode   string // enforce, shadow, passthrough
	Reason string
}
