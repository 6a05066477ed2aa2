import type { error as english } from '@/messages/en/error'
import type { Translation } from '@/messages/translation'

export const error = {
  invalid_request: 'Mit dieser Anfrage stimmt etwas nicht.',
  context_length_exceeded: 'Dieser Chat ist zu lang für das Modell. Beginne einen neuen oder kürze deine Nachricht.',
  unauthenticated: 'Bitte melde dich an.',
  origin_mismatch: 'Blockiert: Anfrage von einer anderen Website.',
  tool_failed: 'Das Tool ist fehlgeschlagen.',
  insufficient_scope: 'Diesem Schlüssel fehlt die Berechtigung.',
  session_not_fresh: 'Bitte melde dich zur Sicherheit noch einmal an.',
  not_found: 'Nicht gefunden. Vielleicht wurde es gelöscht.',
  model_not_found: 'Modell nicht gefunden.',
  method_not_allowed: 'Hier nicht erlaubt.',
  turn_in_progress: 'Warte, bis die aktuelle Antwort fertig ist.',
  too_many_keys: 'Du hast bereits 20 API-Schlüssel. Widerrufe einen, um einen neuen zu erstellen.',
  quota_exceeded: 'Du hast das Limit erreicht. Lösche etwas, um Platz zu schaffen.',
  body_too_large: 'Zu groß zum Senden.',
  unsupported_media_type: 'Dieser Inhaltstyp wird nicht unterstützt.',
  idempotency_mismatch: 'Konflikt: Diese ID wurde bereits verwendet.',
  rate_limited: 'Zu viele Anfragen.',
  internal: 'Bei uns ist etwas schiefgegangen. Versuch es noch einmal.',
  provider_rate_limited: 'Das Modell ist ausgelastet. Versuch es gleich noch einmal.',
  provider_error: 'Das Modell konnte nicht antworten. Versuch es noch einmal oder wähle ein anderes Modell.',
  provider_cut: 'Die Antwort wurde abgeschnitten.',
  database_unavailable: 'Chats sind gerade nicht verfügbar. Versuch es gleich noch einmal.',
  draining: 'Der Server wird neu gestartet. Versuch es noch einmal.',
  not_cached: 'Keine Antwort im Cache.',
  provider_timeout: 'Das Modell hat zu lange gebraucht.',

  network: 'Goldfish ist nicht erreichbar. Prüfe deine Verbindung und versuch es noch einmal.',
  unreadable: 'Unerwartete Antwort vom Server. Versuch es noch einmal.',

  invalid_email_or_password: 'E-Mail oder Passwort ist falsch.',
  email_not_verified:
    'Bestätige zuerst deine E-Mail-Adresse. Öffne den Link, den wir dir geschickt haben, oder fordere einen neuen an.',
  invalid_email: 'Gib eine gültige E-Mail-Adresse ein.',
  password_too_short: 'Verwende mindestens 12 Zeichen.',
  password_too_long: 'Verwende höchstens 128 Zeichen.',
  password_too_common:
    'Dieses Passwort gehört zu den häufigsten. Nimm vier Wörter, die nichts miteinander zu tun haben, oder lass einen Passwortmanager eines erzeugen.',
  password_too_personal:
    'Dieses Passwort besteht fast nur aus deinem Namen, deiner E-Mail-Adresse oder „goldfish“. Nimm vier Wörter, die nichts miteinander zu tun haben, oder lass einen Passwortmanager eines erzeugen.',
  password_too_predictable:
    'Dieses Passwort ist leicht zu erraten, weil es sich wiederholt oder einem Muster folgt. Nimm vier Wörter, die nichts miteinander zu tun haben, oder lass einen Passwortmanager eines erzeugen.',
  invalid_password: 'Falsches Passwort.',
  user_already_exists: 'Mit dieser E-Mail-Adresse gibt es schon ein Konto. Melde dich an.',
  user_already_exists_use_another_email: 'Mit dieser E-Mail-Adresse gibt es schon ein Konto. Melde dich an.',
  invalid_token: 'Dieser Link ist abgelaufen oder wurde bereits verwendet. Fordere einen neuen an.',
  reset_password_disabled: 'E-Mail ist auf diesem Server nicht eingerichtet.',

  retryInSeconds: 'Versuch es in {count, plural, one {# Sekunde} other {# Sekunden}} noch einmal.',
  retryInMinutes: 'Versuch es in {count, plural, one {# Minute} other {# Minuten}} noch einmal.',
  retryInHours: 'Versuch es in {count, plural, one {# Stunde} other {# Stunden}} noch einmal.',
} as const satisfies Translation<typeof english>
