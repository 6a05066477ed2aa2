import type { error as english } from '@/messages/en/error'
import type { Translation } from '@/messages/translation'

export const error = {
  invalid_request: 'هناك خطأ ما في هذا الطلب.',
  context_length_exceeded: 'هذه المحادثة أطول مما يقبله النموذج. ابدأ محادثة جديدة أو اختصر رسالتك.',
  unauthenticated: 'يُرجى تسجيل الدخول.',
  origin_mismatch: 'تم الحظر: الطلب من موقع آخر.',
  tool_failed: 'فشلت الأداة.',
  insufficient_scope: 'لا يملك هذا المفتاح الإذن اللازم.',
  session_not_fresh: 'حفاظًا على أمانك، سجّل الدخول مرة أخرى.',
  not_found: 'غير موجود. ربما تم حذفه.',
  model_not_found: 'لم يُعثر على النموذج.',
  method_not_allowed: 'غير مسموح هنا.',
  turn_in_progress: 'انتظر حتى تكتمل الإجابة الحالية.',
  too_many_keys: 'بلغت 20 مفتاح API. ألغِ مفتاحًا لإضافة آخر.',
  quota_exceeded: 'بلغت الحد الأقصى. احذف شيئًا لإفساح المجال.',
  body_too_large: 'أكبر من أن يُرسل.',
  unsupported_media_type: 'نوع المحتوى غير مدعوم.',
  idempotency_mismatch: 'تعارض: سبق استخدام هذا المعرّف.',
  rate_limited: 'طلبات كثيرة جدًا.',
  internal: 'حدث خطأ من جانبنا. حاول مرة أخرى.',
  provider_rate_limited: 'النموذج مشغول. حاول بعد قليل.',
  provider_error: 'لم يتمكن النموذج من الإجابة. حاول مرة أخرى أو اختر نموذجًا آخر.',
  provider_cut: 'انقطعت الإجابة.',
  database_unavailable: 'المحادثات غير متاحة الآن. حاول بعد قليل.',
  draining: 'يُعاد تشغيل الخادم. حاول مرة أخرى.',
  not_cached: 'لا توجد إجابة مخزّنة.',
  provider_timeout: 'استغرق النموذج وقتًا طويلًا.',

  network: 'يتعذّر الوصول إلى Goldfish. تحقق من اتصالك وحاول مرة أخرى.',
  unreadable: 'رد غير متوقع من الخادم. حاول مرة أخرى.',

  invalid_email_or_password: 'البريد الإلكتروني أو كلمة المرور غير صحيحة.',
  email_not_verified: 'أكّد بريدك الإلكتروني أولًا. افتح الرابط الذي أرسلناه إليك، أو اطلب رابطًا جديدًا.',
  invalid_email: 'أدخل بريدًا إلكترونيًا صالحًا.',
  password_too_short: 'استخدم 12 حرفًا على الأقل.',
  password_too_long: 'استخدم 128 حرفًا أو أقل.',
  password_too_common:
    'كلمة المرور هذه من أكثر كلمات المرور شيوعًا. اختر أربع كلمات لا رابط بينها، أو دع مدير كلمات المرور ينشئ واحدة.',
  password_too_personal:
    'كلمة المرور هذه تتكوّن في معظمها من اسمك أو بريدك الإلكتروني أو كلمة «goldfish». اختر أربع كلمات لا رابط بينها، أو دع مدير كلمات المرور ينشئ واحدة.',
  password_too_predictable:
    'كلمة المرور هذه سهلة التخمين لأنها تتكرر أو تتبع نمطًا. اختر أربع كلمات لا رابط بينها، أو دع مدير كلمات المرور ينشئ واحدة.',
  invalid_password: 'كلمة المرور غير صحيحة.',
  user_already_exists: 'لهذا البريد الإلكتروني حساب بالفعل. سجّل الدخول بدلًا من ذلك.',
  user_already_exists_use_another_email: 'لهذا البريد الإلكتروني حساب بالفعل. سجّل الدخول بدلًا من ذلك.',
  invalid_token: 'انتهت صلاحية هذا الرابط أو سبق استخدامه. اطلب رابطًا جديدًا.',
  reset_password_disabled: 'البريد الإلكتروني غير مُعَدّ على هذا الخادم.',

  retryInSeconds:
    'حاول مرة أخرى بعد {count, plural, zero {# ثانية} one {ثانية واحدة} two {ثانيتين} few {# ثوانٍ} many {# ثانية} other {# ثانية}}.',
  retryInMinutes:
    'حاول مرة أخرى بعد {count, plural, zero {# دقيقة} one {دقيقة واحدة} two {دقيقتين} few {# دقائق} many {# دقيقة} other {# دقيقة}}.',
  retryInHours:
    'حاول مرة أخرى بعد {count, plural, zero {# ساعة} one {ساعة واحدة} two {ساعتين} few {# ساعات} many {# ساعة} other {# ساعة}}.',
} as const satisfies Translation<typeof english>
