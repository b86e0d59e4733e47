package scan

import (
	"regexp"
	"strings"
)

// What names tell. A name alone never makes a finding: it says what a value
// means whose way is known.
var (
	credentialName = regexp.MustCompile(`(?i)(^|_|\.)(password|passwd|passphrase|pwd|pass_word|pin_?code|secret|api_?key|private_?key|access_?token|refresh_?token|auth_?token|session_?token|otp|cvv|cvc)(s|_?\d*)?($|_(confirm(ation)?|plain|raw|value|again|repeat|2|text)$)|^(password|secret)|(?i)password$|(?i)confirm_?pass`)
	hashedName     = regexp.MustCompile(`(?i)(hash|digest|encrypt|cipher|salted|bcrypt|arn|_id$|_name$|_url|policy|reset_(link|url)|changed|updated|_at$|expires|length|required|attempts|enabled)`)
	keeperName     = regexp.MustCompile(`(?i)_(manager|provider|store|backend|path|prefix|version|type|field|region|loader|client)$`) // what keeps a secret, or tells of one
	sensitiveName  = regexp.MustCompile(`(?i)(password|passwd|pwd$|secret|api_?key|private_?key|access_?token|refresh_?token|reset_?token|auth_?token|session_?token|id_?token|^token$|ssn|social_security|tax_?id|national_?id|passport|credit_?card|card_?number|cvv|iban|account_number|bank_|date_of_birth|^dob$|salary|diagnos|medical|otp|mfa|totp|salt$)`)
	contactName    = regexp.MustCompile(`(?i)(e_?mail|phone|mobile_?(no|num)|msisdn|^address$|home_address|user_address|street|full_?name|first_?name|last_?name|birth)`)
	identityName   = regexp.MustCompile(`(?i)^(x[-_])?(current[-_]?)?(user|account|customer|client|owner|member|tenant|org|organi[sz]ation|patient|employee|student|author|driver|seller|buyer|profile)([-_]?(id|name|email|key|no|number|uuid|sub|pk))?$|^(x[-_])?(e[-_]?mail|uid|sub|username|login|user_?email|created_by|tenant_?id|cognito.*)([-_]?(id|address))?$`)
	userDataName   = regexp.MustCompile(`(?i)(user|account|customer|client_?id|owner|member|patient|employee|student|payment|invoice|transaction|message|chat|profile|e-?mail|phone|address|visitor|contact|booking|reservation|appointment|wallet|subscri|credential|secret|session|token|person|people|guest|applicant|candidate|submission|feedback)|(^|[^a-z])(order|cart|lead|ticket|report|note|todo|task|job|document|file|error|log)s?([^a-z]|$)`)
	camelJoint     = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	authName       = regexp.MustCompile(`(?i)(login|auth|token|jwt|permission|role|admin|protected|secured?|verify|signed|api_?key|session|access|private|restrict|require.*user|user.*required|current_user|scope)`)
	catalogueName  = regexp.MustCompile(`(?i)(product|catalog|game|book|movie|film|menu|recipe|article|(^|[^a-z])posts?([^a-z]|$)|news|(^|[^a-z])events?([^a-z]|$)|cit(y|ies)|countr|music|song|album|artist|course|categor|unicorn|weather|leaderboard|station|pokemon)`)
	adminName      = regexp.MustCompile(`(?i)(admin|role|permission|scope|staff|superuser|is_super|group|privilege|operator|moderator)`)
	accessName     = regexp.MustCompile(`(?i)(authori[sz]e|can_(read|view|access|see|edit)|has_(access|permission|perm)|check_(access|permission|owner|acl)|is_owner|owns|owned_by|allowed|verify_(owner|access)|ensure_(owner|access|member|can)|require_(owner|access|member)|acl|belongs_to|is_member)`)
	provenName     = regexp.MustCompile(`(?i)(token|secret|otp|nonce|(access|invit\w*|reset|verif\w*|confirm\w*|share|activation|magic|login)_?code)$`)
	testClass      = regexp.MustCompile(`(?i)(dev|test|local|debug|stag|qa|ci)`)
)

// isCredential says whether an attribute of that name holds what proves who one
// is, in clear.
func isCredential(name string) bool {
	name = lastPart(name)
	return credentialName.MatchString(name) && !hashedName.MatchString(name) && !keeperName.MatchString(name)
}

// isSensitive says whether an attribute of that name is nobody else's to read:
// a credential, its hash, or a number that identifies a person.
func isSensitive(name string) bool {
	return sensitiveName.MatchString(lastPart(name)) && !strings.HasSuffix(name, "_policy") && !keeperName.MatchString(name)
}

// isPersonal says whether an attribute of that name is about a person.
func isPersonal(name string) bool {
	return contactName.MatchString(lastPart(name)) || isSensitive(name)
}

// isUserData says whether a name, of a table or of what reads it, is of what
// somebody would mind to have shown.
func isUserData(name string) bool {
	return userDataName.MatchString(camelJoint.ReplaceAllString(name, "${1}_$2"))
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// hashing says whether a call's name is that of a hash or a cipher. It is asked
// of every call, so it is no regular expression.
func hashing(name string) bool {
	return containsAny(name, "hash", "crypt", "argon2", "pbkdf2", "make_password", "set_password", "digest", "Hash", "Crypt")
}

// accessCheck says whether a function of that name decides who may do what.
func accessCheck(name string) bool {
	return containsAny(name, "uthor", "can_", "has_", "check_", "own", "allowed", "verify_", "ensure_", "require_", "acl", "belongs_to", "is_member") && accessName.MatchString(name)
}

func containsAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
