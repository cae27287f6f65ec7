import { z } from "zod";
import { Password } from "./names.ts";

/** Who must have a second factor. */
export const SecondFactorPolicy = z.enum(["off", "admins", "all"]);
export type SecondFactorPolicy = z.infer<typeof SecondFactorPolicy>;

/** How long a session lasts without a use, and at most. ASVS 7.3.1 and 7.3.2 ask for documented limits; these are the bounds for the admin. */
export const SessionLimits = z.strictObject({
  idleMinutes: z.int().min(5, "5 minutes at least.").max(240, "4 hours at most."),
  longestHours: z.int().min(1, "1 hour at least.").max(24, "24 hours at most."),
});
export type SessionLimits = z.infer<typeof SessionLimits>;
/** What holds until the admin says otherwise. */
export const USUAL_SESSION_LIMITS: SessionLimits = { idleMinutes: 30, longestHours: 12 };

/** Six digits, as an authenticator shows them, with or without a space between. */
export const TotpCode = z
  .string()
  .max(20)
  .transform((code) => code.replaceAll(/\s/g, ""))
  .pipe(z.string().regex(/^[0-9]{6}$/, "A code has 6 digits."));

/** Twelve characters in groups of four; case and hyphens don't matter. */
export const RecoveryCodeText = z
  .string()
  .max(40)
  .transform((code) => code.replaceAll(/[\s-]/g, "").toLowerCase())
  .pipe(z.string().regex(/^[0-9][a-z2-7]{11}$/, "A recovery code has 12 characters in three groups."));

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]+={0,2}$/);
const Credential = {
  id: Base64Url.max(1400),
  rawId: Base64Url.max(1400),
  type: z.literal("public-key"),
  clientExtensionResults: z.looseObject({}).transform(() => ({})),
  authenticatorAttachment: z.enum(["platform", "cross-platform"]).optional().catch(undefined),
};

/** What an authenticator answers (WebAuthn level 3, 5.1); browsers add fields of their own, which are left out. */
export const PasskeyAnswer = z.object({
  ...Credential,
  response: z.object({
    clientDataJSON: Base64Url.max(8192),
    authenticatorData: Base64Url.max(8192),
    signature: Base64Url.max(8192),
    userHandle: Base64Url.max(128).optional().catch(undefined),
  }),
});
export type PasskeyAnswer = z.infer<typeof PasskeyAnswer>;

export const NewPasskeyAnswer = z.object({
  ...Credential,
  response: z.object({
    clientDataJSON: Base64Url.max(8192),
    attestationObject: Base64Url.max(32_768),
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(10)
      .optional()
      .catch(undefined),
  }),
});
export type NewPasskeyAnswer = z.infer<typeof NewPasskeyAnswer>;

export const PasskeyName = z
  .string()
  .trim()
  .min(1, "Give it a name by which you know it again.")
  .max(40, "40 characters at most.")
  .regex(/^[^\p{C}]*$/u, "No control characters.");

export const ConfirmTotpForm = z.strictObject({ code: TotpCode });
export const NewPasskeyForm = z.strictObject({ name: PasskeyName, answer: NewPasskeyAnswer });
export const PasskeyRef = z.strictObject({ id: z.string().min(1).max(1400) });
/** The second step of a sign-in: one of three ways. */
export const SecondStepForm = z.union([
  z.strictObject({ code: TotpCode }),
  z.strictObject({ recovery: RecoveryCodeText }),
  z.strictObject({ passkey: PasskeyAnswer }),
]);
export type SecondStepForm = z.output<typeof SecondStepForm>;
export const PasskeySignInForm = z.strictObject({ passkey: PasskeyAnswer });
/** Proving again, in a session: whoever has a second factor by that, the others by the password. */
export const ProveForm = z.union([SecondStepForm, z.strictObject({ password: z.string().max(200) })]);
export type ProveForm = z.output<typeof ProveForm>;
export const ChangePasswordForm = z.strictObject({ password: Password });
export const SessionRef = z.strictObject({ id: z.string().regex(/^[0-9a-f]{16}$/) });
export const PolicyForm = z.strictObject({ policy: SecondFactorPolicy });

/** By what somebody can prove that it is him. */
export type Ways = { totp: boolean; passkey: boolean; recovery: boolean };

/** What a person is shown of his second factor. */
export type SecondFactorView = {
  totpSince: string | null;
  /** recovery codes that are left */
  recoveryLeft: number;
  passkeys: { id: string; name: string; createdAt: string; lastUsedAt: string | null }[];
  policy: SecondFactorPolicy;
  /** null: passkeys work at this address of the panel; else why not */
  noPasskeys: string | null;
};

/** A session as its person sees it; `id` names it and opens nothing. */
export type SessionView = {
  id: string;
  device: string;
  source: string;
  createdAt: string;
  lastSeenAt: string;
  current: boolean;
};

/** What a sign-in comes to: in, or a second step is asked for. */
export type SignInOutcome = { second: boolean };
