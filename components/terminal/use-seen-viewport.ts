"use client";
import { type RefObject, useEffect } from "react";

/**
 * Keeps in --seen and --seen-top of an element what an on-screen keyboard leaves of the page. Chromium makes the page itself
 * smaller (interactive-widget); iOS lays the keyboard over it and moves what is seen.
 * @param again measures anew when it changes
 */
export function useSeenViewport(element: RefObject<HTMLElement | null>, again: unknown): void {
  useEffect(() => {
    const seen = window.visualViewport;
    if (!seen) return;
    const measure = () => {
      // Zoomed in with two fingers it is no keyboard.
      if (seen.scale > 1.01) return;
      element.current?.style.setProperty("--seen", `${seen.height}px`);
      element.current?.style.setProperty("--seen-top", `${seen.offsetTop}px`);
    };
    measure();
    seen.addEventListener("resize", measure);
    seen.addEventListener("scroll", measure);
    return () => {
      seen.removeEventListener("resize", measure);
      seen.removeEventListener("scroll", measure);
    };
  }, [element, again]);
}
