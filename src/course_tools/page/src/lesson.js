// The language of lessons comes alive: questions, predictions, glossary terms, the reader's own record.
import { startTerms } from "./lesson/terms.js";
import { startQuestions } from "./lesson/questions.js";
import { startPredictions } from "./lesson/predictions.js";
import { startProgress } from "./lesson/progress.js";

export function startLessons() {
  startTerms();
  startQuestions();
  startPredictions();
  startProgress();
}
