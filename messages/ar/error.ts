import type { error as english } from '@/messages/en/error'
import type { Translation } from '@/messages/translation'

export const error = {
  invalid_request: 'الطلب غير صالح.',
  context_length_exceeded: 'هذا أكثر مما يستطيع النموذج قراءته.',
  unauthenticated: 'يُرجى تسجيل الدخول.',
  origin_mismatch: 'لم يأتِ هذا الطلب من هذا الموقع.',
  tool_failed: 'تعذّر على الأداة تنفيذ ذلك.',
  insufficient_scope: 'لا يُسمح لهذا المفتاح بذلك.',
  session_not_fresh: 'يُرجى تسجيل الدخول من جديد: يتطلب هذا تسجيل دخول خلال اليوم الأخير.',
  not_found: 'هذا غير موجود، أو لم يعد موجودًا.',
  model_not_found: 'لا يوجد نموذج كهذا.',
  method_not_allowed: 'هذا غير ممكن هنا.',
  turn_in_progress: 'ما زالت إجابة قيد الكتابة في هذه المحادثة.',
  too_many_keys: 'لا يمكن أن يزيد عدد مفاتيح API على 20. ألغِ مفتاحًا لا حاجة إليه.',
  quota_exceeded: 'بلغت الحد الأقصى. احذف شيئًا لإفساح المجال.',
  body_too_large: 'هذا أطول من أن يُرسل.',
  unsupported_media_type: 'هذا النوع من المحتوى غير مقبول هنا.',
  idempotency_mismatch: 'سبق استخدام هذا لشيء آخر.',
  rate_limited: 'طلبات كثيرة جدًا.',
  internal: 'حدث خطأ من جانبنا. يُرجى المحاولة مرة أخرى.',
  provider_rate_limited: 'النموذج مشغول. يُرجى المحاولة بعد قليل.',
  provider_error: 'لم يتمكن النموذج من الإجابة.',
  provider_cut: 'انقطعت الإجابة.',
  database_unavailable: 'لا يمكن الوصول إلى المحادثات الآن.',
  draining: 'هذا الخادم على وشك التوقف. يُرجى المحاولة مرة أخرى.',
  not_cached: 'لا توجد إجابة محفوظة عن هذا السؤال.',
  provider_timeout: 'استغرق النموذج وقتًا طويلًا.',

  network: 'لا يمكن الوصول إلى Goldfish. تحقق من اتصالك وحاول مرة أخرى.',
  unreadable: 'تعذّرت قراءة رد الخادم. يُرجى المحاولة مرة أخرى.',

  invalid_email_or_password: 'البريد الإلكتروني وكلمة المرور غير متطابقين. تحقق منهما، أو أعد تعيين كلمة المرور.',
  email_not_verified: 'أكّد بريدك الإلكتروني أولًا. افتح الرابط الذي أرسلناه إليك، أو اطلب رابطًا جديدًا.',
  invalid_email: 'لا يبدو هذا عنوان بريد إلكتروني.',
  password_too_short: 'يجب أن تتكون كلمة المرور من 12 حرفًا على الأقل.',
  password_too_long: 'يجب ألا تزيد كلمة المرور على 128 حرفًا.',
  password_too_common:
    'كلمة المرور هذه من أكثر كلمات المرور شيوعًا. اختر أربع كلمات لا رابط بينها، أو دع مدير كلمات المرور ينشئ واحدة.',
  password_too_personal:
    'كلمة المرور هذه تتكوّن في معظمها من اسمك أو بريدك الإلكتروني أو كلمة «goldfish». اختر أربع كلمات لا رابط بينها، أو دع مدير كلمات المرور ينشئ واحدة.',
  password_too_predictable:
    'كلمة المرور هذه سهلة التخمين لأنها تتكرر أو تتبع نمطًا. اختر أربع كلمات لا رابط بينها، أو دع مدير كلمات المرور ينشئ واحدة.',
  invalid_password: 'هذه ليست كلمة مرورك.',
  user_already_exists: 'يوجد حساب بهذا البريد الإلكتروني بالفعل. سجّل الدخول به.',
  user_already_exists_use_another_email: 'يوجد حساب بهذا البريد الإلكتروني بالفعل. سجّل الدخول به.',
  invalid_token: 'هذا الرابط مستخدم أو قديم جدًا. اطلب رابطًا جديدًا.',
  reset_password_disabled: 'هذا الخادم لا يرسل بريدًا.',

  retryInSeconds:
    'حاول مرة أخرى بعد {count, plural, zero {# ثانية} one {ثانية واحدة} two {ثانيتين} few {# ثوانٍ} many {# ثانية} other {# ثانية}}.',
  retryInMinutes:
    'حاول مرة أخرى بعد {count, plural, zero {# دقيقة} one {دقيقة واحدة} two {دقيقتين} few {# دقائق} many {# دقيقة} other {# دقيقة}}.',
  retryInHours:
    'حاول مرة أخرى بعد {count, plural, zero {# ساعة} one {ساعة واحدة} two {ساعتين} few {# ساعات} many {# ساعة} other {# ساعة}}.',
} as const satisfies Translation<typeof english>
