import type { error as english } from '@/messages/en/error'
import type { Translation } from '@/messages/translation'

export const error = {
  invalid_request: 'Die Anfrage ist nicht gültig.',
  context_length_exceeded: 'Das ist mehr, als das Modell lesen kann.',
  unauthenticated: 'Bitte melde dich an.',
  origin_mismatch: 'Diese Anfrage kam nicht von dieser Seite.',
  tool_failed: 'Das Werkzeug konnte es nicht.',
  insufficient_scope: 'Dieser Schlüssel darf das nicht.',
  session_not_fresh: 'Bitte neu anmelden: Dafür darf die Anmeldung höchstens einen Tag her sein.',
  not_found: 'Das gibt es nicht oder nicht mehr.',
  model_not_found: 'Dieses Modell gibt es nicht.',
  method_not_allowed: 'Das ist hier nicht möglich.',
  turn_in_progress: 'In dieser Unterhaltung wird noch eine Antwort geschrieben.',
  too_many_keys: 'Es kann höchstens 20 API-Schlüssel geben. Bitte einen widerrufen, der nicht gebraucht wird.',
  quota_exceeded: 'Das Limit ist erreicht. Lösche etwas, um Platz zu schaffen.',
  body_too_large: 'Das ist zu lang zum Senden.',
  unsupported_media_type: 'Diese Art von Inhalt wird hier nicht angenommen.',
  idempotency_mismatch: 'Das wurde schon für etwas anderes verwendet.',
  rate_limited: 'Zu viele Anfragen.',
  internal: 'Bei uns ist etwas schiefgegangen. Bitte versuch es noch einmal.',
  provider_rate_limited: 'Das Modell ist ausgelastet. Bitte versuch es gleich noch einmal.',
  provider_error: 'Das Modell konnte nicht antworten.',
  provider_cut: 'Die Antwort wurde abgeschnitten.',
  database_unavailable: 'Unterhaltungen sind gerade nicht erreichbar.',
  draining: 'Dieser Server hält gleich an. Bitte versuch es noch einmal.',
  not_cached: 'Zu dieser Frage gibt es keine gespeicherte Antwort.',
  provider_timeout: 'Das Modell hat zu lange gebraucht.',

  network: 'Goldfish ist nicht erreichbar. Prüfe deine Verbindung und versuch es noch einmal.',
  unreadable: 'Die Antwort des Servers war nicht lesbar. Bitte versuch es noch einmal.',

  invalid_email_or_password: 'E-Mail und Passwort passen nicht zusammen. Prüfe beides oder setze dein Passwort zurück.',
  email_not_verified:
    'Bestätige zuerst deine E-Mail-Adresse. Öffne den Link, den wir dir geschickt haben, oder fordere einen neuen an.',
  invalid_email: 'Das sieht nicht wie eine E-Mail-Adresse aus.',
  password_too_short: 'Das Passwort braucht mindestens 12 Zeichen.',
  password_too_long: 'Das Passwort darf höchstens 128 Zeichen haben.',
  password_too_common:
    'Dieses Passwort gehört zu den häufigsten. Nimm vier Wörter, die nichts miteinander zu tun haben, oder lass einen Passwortmanager eines erzeugen.',
  password_too_personal:
    'Dieses Passwort besteht fast nur aus deinem Namen, deiner E-Mail-Adresse oder „goldfish“. Nimm vier Wörter, die nichts miteinander zu tun haben, oder lass einen Passwortmanager eines erzeugen.',
  password_too_predictable:
    'Dieses Passwort ist leicht zu erraten, weil es sich wiederholt oder einem Muster folgt. Nimm vier Wörter, die nichts miteinander zu tun haben, oder lass einen Passwortmanager eines erzeugen.',
  invalid_password: 'Das ist nicht dein Passwort.',
  user_already_exists: 'Mit dieser E-Mail gibt es schon ein Konto. Melde dich damit an.',
  user_already_exists_use_another_email: 'Mit dieser E-Mail gibt es schon ein Konto. Melde dich damit an.',
  invalid_token: 'Dieser Link ist verbraucht oder zu alt. Fordere einen neuen an.',
  reset_password_disabled: 'Dieser Server verschickt keine E-Mails.',

  retryInSeconds: 'Versuch es in {count, plural, one {# Sekunde} other {# Sekunden}} noch einmal.',
  retryInMinutes: 'Versuch es in {count, plural, one {# Minute} other {# Minuten}} noch einmal.',
  retryInHours: 'Versuch es in {count, plural, one {# Stunde} other {# Stunden}} noch einmal.',
} as const satisfies Translation<typeof english>
