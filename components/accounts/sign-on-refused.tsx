import { Notice } from "@/components/ui/notice.tsx";
import type { SignOnRefusal } from "@/server/contract/sign-on.ts";

const WORDS: Record<SignOnRefusal, [string, string]> = {
  unknown: [
    "Nobody here is known by this sign-on.",
    "Sign in with your name and password and link it under Notices, or ask the admin of this host.",
  ],
  taken: [
    "This sign-on belongs to another account.",
    "One that is linked to an account can't be linked to a second one.",
  ],
  spent: ["This link is used up or too old.", "Ask your admin for a new one."],
  "second-factor": [
    "This account has a second factor here.",
    "The single sign-on does not stand for it: sign in with name, password and the second factor.",
  ],
  failed: ["The single sign-on did not come to its end.", "Nothing was changed. Begin again from this page."],
};

/** Why somebody is here and not in the panel. */
export function SignOnRefused({ why }: { why: SignOnRefusal }) {
  const [title, text] = WORDS[why];
  return (
    <div className="mb-6">
      <Notice tone="bad" title={title}>
        <p>{text}</p>
      </Notice>
    </div>
  );
}
